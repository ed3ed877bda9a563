package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.BenchSubcommand;
import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Terminal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code sluice} command itself: the options that every verb takes. One instance serves one command line. */
@Command(
        name = "sluice",
        description = "A gateway for event streams that carry personal and health data.",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:done", "1:a finding or a failure", "2:the command line was wrong"},
        footer = {
            "%nVariables:",
            "  SLUICE_CONFIG       the settings, where --config does not name them",
            "  SLUICE_HEAP         heap of the JVM, default 2g",
            "  SLUICE_JAVA_OPTS    further options of the JVM",
            "  SLUICE_MAVEN_OPTS   further options of the build, as --offline",
            "  SLUICE_SKIP_BUILD   1: run what is built, without looking whether it is stale",
            "  SLUICE_DEBUG        1: as --verbose",
            "%nStart with ./sluice demo. Every command explains itself: ./sluice COMMAND --help"
        })
public final class SluiceCommand implements Runnable {
    private static final List<Class<?>> VERBS = List.of(
            HelpCommand.class,
            DemoCommand.class,
            TestCommand.class,
            GatewayCommand.class,
            JobCommand.class,
            AuditCommand.class,
            WitnessCommand.class,
            PolicyCommand.class,
            RevealCommand.class,
            QuarantineCommand.class,
            SubjectCommand.class,
            ClusterCommand.class,
            KeysCommand.class,
            CertsCommand.class,
            BenchCommand.class,
            ConfigCommand.class,
            CompletionCommand.class);

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description =
                    "Settings of all rooms. Default: that of SLUICE_CONFIG, else sluice.yaml here if there is one.")
    private @Nullable Path configFile;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show stack traces. SLUICE_DEBUG=1 does the same.")
    private boolean verbose;

    private boolean withoutSettings;

    private SluiceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The command line parser with all verbs. */
    public static CommandLine commandLine(Terminal terminal) {
        return commandLine(terminal, VERBS);
    }

    /** A parser that knows all that these arguments need: describing the other verbs is a third of a short command's time. */
    public static CommandLine commandLine(Terminal terminal, String[] arguments) {
        List<Class<?>> named = VERBS.stream()
                .filter(verb -> arguments.length > 0 && name(verb).equals(arguments[0]))
                .filter(verb -> verb != HelpCommand.class && verb != CompletionCommand.class)
                .toList();
        return commandLine(terminal, named.isEmpty() ? VERBS : named);
    }

    private static String name(Class<?> verb) {
        return verb.getAnnotation(Command.class).name();
    }

    private static CommandLine commandLine(Terminal terminal, List<Class<?>> verbs) {
        CommandLine commandLine = new CommandLine(new SluiceCommand(terminal));
        verbs.forEach(commandLine::addSubcommand);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.registerConverter(Instant.class, SluiceCommand::time);
        CommandLine bench = commandLine.getSubcommands().get("bench");
        if (bench != null) {
            ServiceLoader.load(BenchSubcommand.class).forEach(bench::addSubcommand);
        }
        return commandLine;
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is no time; write it as 2026-03-01T00:00:00Z");
        }
    }

    @Override
    public void run() {
        CommandSpec present = requireNonNull(spec, "spec is null");
        throw new ParameterException(present.commandLine(), "Missing command");
    }

    /** Whether stack traces are wanted. */
    public boolean verbose() {
        return verbose;
    }

    Terminal terminal() {
        return terminal;
    }

    /** Whether settings were read, and no file held any. */
    public boolean withoutSettings() {
        return withoutSettings;
    }

    /** Reads the configuration. @throws io.sluice.cli.config.ConfigException if it is not accepted */
    SluiceConfig config() {
        ConfigReader reader = new ConfigReader();
        withoutSettings = reader.file(configFile, Path.of("")).isEmpty();
        return reader.readOrDefault(configFile, Path.of(""));
    }
}
