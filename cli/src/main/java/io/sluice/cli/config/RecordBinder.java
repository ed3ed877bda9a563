package io.sluice.cli.config;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lays a tree of settings over a record of defaults: a setting that is missing keeps the default, an unknown one is
 * refused with the name that was probably meant. Every finding is collected, so that one run names them all.
 *
 * <p>Not thread-safe; one binder reads one file.
 */
final class RecordBinder {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

    private final Path baseFolder;
    private final Function<String, @Nullable String> environment;
    private final List<String> findings = new ArrayList<>();

    /**
     * @param baseFolder what relative paths are relative to: the folder of the file
     * @param environment looks up an environment variable
     */
    RecordBinder(Path baseFolder, Function<String, @Nullable String> environment) {
        this.baseFolder = baseFolder;
        this.environment = environment;
    }

    List<String> findings() {
        return findings;
    }

    /** The defaults with the settings laid over them; the defaults unchanged where a finding stands in the way. */
    <R extends Record> R bind(String path, Map<?, ?> settings, R defaults) {
        RecordComponent[] components = defaults.getClass().getRecordComponents();
        refuseUnknown(path, settings, components);
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(path, settings, components[i], defaults);
        }
        return construct(path, defaults, types, values);
    }

    @SuppressWarnings("unchecked") // the constructor is that of R
    private <R extends Record> R construct(String path, R defaults, Class<?>[] types, Object[] values) {
        try {
            var constructor = defaults.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return (R) constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                findings.add((path.isEmpty() ? "" : path + ": ") + refused.getMessage());
                return defaults;
            }
            throw new IllegalStateException("A configuration record's constructor failed", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("A configuration record cannot be made", e);
        }
    }

    private void refuseUnknown(String path, Map<?, ?> settings, RecordComponent[] components) {
        TreeSet<String> known = new TreeSet<>();
        for (RecordComponent component : components) {
            known.add(component.getName());
            if (component.getType() == Secret.class) {
                known.add(component.getName() + "File");
            }
        }
        for (Object key : settings.keySet()) {
            String name = String.valueOf(key);
            if (!known.contains(name)) {
                String hint = Similar.to(name, known)
                        .map(similar -> "did you mean " + at(path, similar) + "?")
                        .orElse("known here: " + String.join(", ", known));
                findings.add(at(path, name) + ": unknown setting; " + hint);
            }
        }
    }

    private Object value(String path, Map<?, ?> settings, RecordComponent component, Record defaults) {
        String name = component.getName();
        Object fallback = read(component, defaults);
        String here = at(path, name);
        try {
            if (component.getType() == Secret.class && settings.get(name + "File") != null) {
                if (settings.get(name) != null) {
                    throw new IllegalArgumentException("set either " + name + " or " + name + "File");
                }
                return fromFile(expand(String.valueOf(settings.get(name + "File"))));
            }
            Object given = settings.get(name);
            if (given == null) {
                return fallback;
            }
            if (fallback instanceof Record nested && !(nested instanceof Size)) {
                if (!(given instanceof Map<?, ?> map)) {
                    throw new IllegalArgumentException("must hold settings");
                }
                return bind(here, map, nested);
            }
            if (Path.of("").equals(fallback) && String.valueOf(given).isEmpty()) {
                return fallback; // a file that may be left out
            }
            return leaf(component.getType(), given);
        } catch (IllegalArgumentException e) {
            findings.add(here + ": " + e.getMessage());
            return fallback;
        }
    }

    private Object leaf(Class<?> type, Object given) {
        if (type == List.class) {
            if (!(given instanceof List<?> list)) {
                throw new IllegalArgumentException("must be a list");
            }
            List<String> items = new ArrayList<>();
            list.forEach(item -> items.add(scalar(item)));
            return List.copyOf(items);
        }
        String text = scalar(given);
        if (type == String.class) {
            return text;
        }
        if (type == int.class) {
            return (int) number(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == long.class) {
            return number(text, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == boolean.class) {
            return bool(text);
        }
        if (type == Duration.class) {
            return Durations.parse(text);
        }
        if (type == Size.class) {
            return Size.parse(text);
        }
        if (type == Path.class) {
            return resolve(text);
        }
        if (type == Secret.class) {
            return new Secret(text);
        }
        throw new IllegalStateException("No setting can be a " + type.getSimpleName());
    }

    private String scalar(Object given) {
        if (given instanceof Map || given instanceof List) {
            throw new IllegalArgumentException("must be a single value");
        }
        return expand(String.valueOf(given));
    }

    private String expand(String text) {
        Matcher matcher = VARIABLE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            String value = environment.apply(matcher.group(1));
            if (value == null) {
                value = matcher.group(2);
            }
            if (value == null) {
                throw new IllegalArgumentException("the environment has no " + matcher.group(1));
            }
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(expanded).toString();
    }

    private Secret fromFile(String file) {
        Path path = resolve(file);
        try {
            return new Secret(Files.readString(path).strip());
        } catch (IOException e) {
            throw new IllegalArgumentException("the file " + path + " cannot be read");
        }
    }

    private Path resolve(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("must be a path");
        }
        return baseFolder.resolve(text).normalize();
    }

    private static long number(String text, long least, long most) {
        try {
            long number = Long.parseLong(text.strip().replace("_", ""));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The message below says it.
        }
        throw new IllegalArgumentException("must be a whole number");
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("A configuration record cannot be read", e);
        }
    }

    private static String at(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
