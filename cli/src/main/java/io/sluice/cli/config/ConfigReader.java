package io.sluice.cli.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads {@code sluice.yaml} (design 4.8). Unknown settings, duplicate keys and anchors are refused; {@code ${NAME}} stands
 * for an environment variable, {@code ${NAME:-default}} for one with a default, {@code <setting>File} for a secret's file.
 * Relative paths are relative to the file.
 */
public final class ConfigReader {
    /** The file that is read where none is named. */
    public static final String DEFAULT_NAME = "sluice.yaml";

    private static final int MAX_BYTES = 1 << 20;

    private final Function<String, @Nullable String> environment;

    /** A reader over the environment of this process. */
    public ConfigReader() {
        this(System::getenv);
    }

    ConfigReader(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    /**
     * The configuration to use: the file named; else that of {@code SLUICE_CONFIG}; else {@code sluice.yaml} of the folder;
     * else the defaults.
     *
     * @throws ConfigException if a file is named that cannot be read, or a file is not accepted
     */
    public SluiceConfig readOrDefault(@Nullable Path named, Path folder) {
        return file(named, folder)
                .map(this::read)
                .orElseGet(() -> SluiceConfig.defaults(folder.toAbsolutePath().normalize()));
    }

    /** The file that {@link #readOrDefault} reads; empty where the defaults are all there is. */
    public Optional<Path> file(@Nullable Path named, Path folder) {
        String variable = environment.apply("SLUICE_CONFIG");
        if (named != null || variable != null) {
            return Optional.of(named != null ? named : Path.of(String.valueOf(variable)));
        }
        return Optional.of(folder.resolve(DEFAULT_NAME)).filter(Files::exists);
    }

    /** Reads one file. @throws ConfigException if it cannot be read or is not accepted */
    public SluiceConfig read(Path file) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
        Map<?, ?> settings = parse(file);
        RecordBinder binder = new RecordBinder(folder.normalize(), environment);
        SluiceConfig config = binder.bind("", settings, defaults(folder.normalize(), settings));
        if (!binder.findings().isEmpty()) {
            throw ConfigException.of(file.toString(), binder.findings());
        }
        return config;
    }

    /** The defaults that agree with what the settings say of the topics. What is wrong there is found when all is bound. */
    private SluiceConfig defaults(Path folder, Map<?, ?> settings) {
        SluiceConfig defaults = SluiceConfig.defaults(folder);
        return settings.get("cluster") instanceof Map<?, ?> cluster
                ? SluiceConfig.defaults(
                        folder, new RecordBinder(folder, environment).bind("cluster", cluster, defaults.cluster()))
                : defaults;
    }

    private static Map<?, ?> parse(Path file) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(String.valueOf(file.getFileName()))
                .setSchema(new CoreSchema())
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(0)
                .setCodePointLimit(MAX_BYTES)
                .build();
        Object tree;
        try {
            tree = new Load(settings).loadFromString(Files.readString(file));
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + reason(file, e));
        } catch (MarkedYamlEngineException e) {
            // The full message quotes the line, which may hold a secret.
            String where = e.getProblemMark()
                    .map(mark -> ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            throw new ConfigException(file + where + ": is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigException(file + ": is not YAML that is accepted here (one document, no anchors)");
        }
        if (tree == null) {
            return Map.of();
        }
        if (tree instanceof Map<?, ?> map) {
            return map;
        }
        throw new ConfigException(file + ": must hold settings, like \"tenant: dev\"");
    }

    private static String reason(Path file, IOException e) {
        if (Files.isDirectory(file)) {
            return "it is a folder; name the file in it";
        }
        if (e instanceof AccessDeniedException) {
            return "access is denied; look at its owner and mode";
        }
        return e instanceof NoSuchFileException
                ? "there is no such file"
                : e.getClass().getSimpleName();
    }
}
