package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// One scalar of the file: what is written, and where. Whatever refuses it is reported once, with
/// key and line.
///
/// @param written `null` when nothing is written behind the key
record Value(Context context, String key, int line, @Nullable String written) {

    /// The value as a `T`; `null` when it is not one, and that was reported.
    <T> @Nullable T read(Parser<T> parser) {
        if (written == null) {
            wrong("is empty", "write a value, or remove the key");
            return null;
        }
        Resolved resolved = resolve(written);
        if (resolved == null) {
            return null;
        }
        try {
            return parser.parse(resolved.text);
        } catch (Refused refused) {
            report(refused, resolved);
            return null;
        }
    }

    /// The value as a `T`; `otherwise` when it is not one, and that was reported.
    <T> T read(Parser<T> parser, T otherwise) {
        T read = read(parser);
        return read == null ? otherwise : read;
    }

    /// The value as a secret whose files can be read now; `null` when it is not one. Nothing
    /// reported here quotes it.
    @Nullable Secret secret() {
        if (written == null || written.isEmpty()) {
            wrong(
                    "is empty",
                    "write \"${file:PATH}\" with the path of a file that holds it, or remove the"
                            + " key");
            return null;
        }
        var pieces = new ArrayList<Secret.Piece>();
        boolean whole = true;
        for (Interpolation.Part part : parts(written)) {
            try {
                pieces.add(piece(part));
            } catch (Refused refused) {
                report(refused, null);
                whole = false;
            }
        }
        return whole && !pieces.isEmpty() ? new Secret(pieces) : null;
    }

    private Secret.Piece piece(Interpolation.Part part) throws Refused {
        return switch (part) {
            case Interpolation.Literal(String text) -> new Secret.Known(text, true);
            case Interpolation.Reference reference -> {
                String text = Interpolation.lookUp(reference, context.names());
                yield reference.kind().equals("file")
                        ? new Secret.InFile(context.names().folder().resolve(reference.argument()))
                        : new Secret.Known(text, false);
            }
        };
    }

    private @Nullable Resolved resolve(String text) {
        var resolved = new StringBuilder();
        boolean whole = true;
        boolean showable = true;
        List<Interpolation.Part> parts = parts(text);
        for (Interpolation.Part part : parts) {
            try {
                resolved.append(
                        switch (part) {
                            case Interpolation.Literal(String literal) -> literal;
                            case Interpolation.Reference reference -> {
                                showable &= !reference.kind().equals("file");
                                yield Interpolation.lookUp(reference, context.names());
                            }
                        });
            } catch (Refused refused) {
                report(refused, null);
                whole = false;
            }
        }
        return whole && !parts.isEmpty() ? new Resolved(resolved.toString(), showable) : null;
    }

    private List<Interpolation.Part> parts(String text) {
        try {
            return Interpolation.parts(text);
        } catch (Refused refused) {
            report(refused, null);
            return List.of();
        }
    }

    private void report(Refused refused, @Nullable Resolved resolved) {
        switch (refused.telling()) {
            case ALREADY_TOLD -> {}
            case WITHOUT_VALUE -> wrong(refused.what(), refused.remedy());
            case WITH_VALUE -> wrong(shown(resolved) + " " + refused.what(), refused.remedy());
        }
    }

    private String shown(@Nullable Resolved resolved) {
        String asWritten = written == null ? "" : written;
        if (resolved == null || !resolved.showable || resolved.text.equals(asWritten)) {
            return Quote.of(asWritten);
        }
        return Quote.of(asWritten) + ", here " + Quote.of(resolved.text) + ",";
    }

    void wrong(String what, String remedy) {
        context.problems().add(line, key, what, remedy);
    }

    void warn(String what, String remedy) {
        context.problems().warn(line, key, what, remedy);
    }

    /// @param showable false when it came from a file, which may hold a secret
    private record Resolved(String text, boolean showable) {}
}
