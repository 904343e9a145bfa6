package dev.caddis.systemtests.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;

import java.util.List;
import java.util.stream.Stream;

/// Packages in reading order, each of which imports only those above it.
///
/// @param remedy what to do instead of importing a room from below
record Rooms(List<String> inReadingOrder, String remedy) {

    Rooms {
        inReadingOrder = List.copyOf(inReadingOrder);
    }

    /// One line for every class that reaches down.
    Stream<String> importsFromBelow(JavaClasses classes) {
        return classes.stream()
                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                .filter(this::reachesDown)
                .map(dependency ->
                        dependency.getDescription()
                                + ": "
                                + room(dependency.getOriginClass())
                                + " stands above "
                                + room(dependency.getTargetClass())
                                + " and must not know it; "
                                + remedy)
                .sorted();
    }

    private boolean reachesDown(Dependency dependency) {
        int from = inReadingOrder.indexOf(room(dependency.getOriginClass()));
        int to = inReadingOrder.indexOf(room(dependency.getTargetClass()));
        return from >= 0 && to > from;
    }

    /// One line for every package that has no place in the order.
    Stream<String> unknownPackages(JavaClasses classes) {
        return classes.stream()
                .map(Rooms::room)
                .distinct()
                .filter(room -> !inReadingOrder.contains(room))
                .map(room ->
                        room
                                + " has no place in the reading order; move its classes into a room"
                                + " that is there, or give it a place here and in ARCHITECTURE.md")
                .sorted();
    }

    /// One line for every package that answers no question.
    static Stream<String> withoutPackageInfo(JavaClasses classes) {
        return classes.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(room -> room.tryGetPackageInfo().isEmpty())
                .map(JavaPackage::getName)
                .map(room ->
                        room
                                + " has no package-info.java; add one whose first sentence answers"
                                + " the room's question, with @NullMarked")
                .sorted();
    }

    static String room(JavaClass any) {
        return any.getBaseComponentType().getPackageName();
    }
}
