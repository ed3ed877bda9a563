package io.sluice.cli.output;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the terminal. The JDK cannot tell whether one stream alone is a terminal, so the launcher says it.
 *
 * @param outputIsTerminal standard output goes to a terminal
 * @param errorIsTerminal standard error goes to a terminal
 * @param colours colours may be used where the stream is a terminal ({@code NO_COLOR} is not set)
 * @param columns width
 */
public record Terminal(boolean outputIsTerminal, boolean errorIsTerminal, boolean colours, int columns) {
    private static final int DEFAULT_COLUMNS = 100;

    /** The terminal of this process. */
    public static Terminal detect() {
        return of(System::getProperty, System::getenv);
    }

    static Terminal of(Function<String, @Nullable String> property, Function<String, @Nullable String> environment) {
        String noColour = environment.apply("NO_COLOR");
        boolean dumb = "dumb".equals(environment.apply("TERM"));
        return new Terminal(
                Boolean.parseBoolean(property.apply("sluice.terminal.out")),
                Boolean.parseBoolean(property.apply("sluice.terminal.err")) && !dumb,
                (noColour == null || noColour.isEmpty()) && !dumb,
                columns(property.apply("sluice.terminal.columns")));
    }

    private static int columns(@Nullable String text) {
        if (text == null || !text.matches("[0-9]{1,4}")) {
            return DEFAULT_COLUMNS;
        }
        int columns = Integer.parseInt(text);
        return columns < 40 ? DEFAULT_COLUMNS : columns;
    }

    /** Text in a style, if standard output shows styles. */
    public String styled(Style style, String text) {
        return outputIsTerminal && colours ? style.code() + text + Style.RESET : text;
    }

    /** Styles of text. */
    public enum Style {
        /** A heading. */
        BOLD("\u001b[1m"),
        /** What matters less. */
        DIM("\u001b[2m"),
        /** All is well. */
        GREEN("\u001b[32m"),
        /** A finding. */
        RED("\u001b[31m"),
        /** Something to look at. */
        YELLOW("\u001b[33m"),
        /** A name. */
        CYAN("\u001b[36m");

        static final String RESET = "\u001b[0m";

        private final String code;

        Style(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }
    }
}
