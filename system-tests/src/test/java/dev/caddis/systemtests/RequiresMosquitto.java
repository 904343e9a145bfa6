package dev.caddis.systemtests;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The test runs where `mosquitto` and its clients are installed.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@RequiresPrograms(
        value = {"mosquitto", "mosquitto_sub", "stdbuf"},
        install = "mosquitto mosquitto-clients")
public @interface RequiresMosquitto {}
