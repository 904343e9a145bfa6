package dev.caddis.agent.source;

/// How data paths are written: `/sensors/temperature`, where the leading slash may be left out.
final class DataPath {

    static final String ROOT = "/";

    private DataPath() {}

    /// `path` with one leading slash, none at the end and no empty names between.
    static String normalized(String path) {
        StringBuilder result = new StringBuilder();
        for (String name : path.strip().split("/", -1)) {
            if (!name.isEmpty()) {
                result.append('/').append(name);
            }
        }
        return result.isEmpty() ? ROOT : result.toString();
    }

    /// Whether `path` is `ancestor` or below it; both normalized.
    static boolean isWithin(String path, String ancestor) {
        return ancestor.equals(ROOT) || path.equals(ancestor) || path.startsWith(ancestor + "/");
    }

    /// The part of `path` below `ancestor`, without leading slash; `""` for the ancestor itself.
    static String below(String ancestor, String path) {
        if (path.equals(ancestor)) {
            return "";
        }
        return path.substring(ancestor.equals(ROOT) ? 1 : ancestor.length() + 1);
    }

    /// `relative` under `mount`.
    static String join(String mount, String relative) {
        return normalized(mount + "/" + relative);
    }

    /// `text` as one name of a path: what is neither a letter, a digit, `.`, `_` nor `-` becomes
    /// `_`.
    static String name(String text) {
        String cleaned = text.strip().replaceAll("[^\\p{L}\\p{Nd}._-]+", "_");
        return cleaned.replaceAll("^_+|_+$", "");
    }
}
