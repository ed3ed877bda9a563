package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.build.CompiledRego;
import io.sluice.policies.load.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls of builtins that the engine does not have, found in the text of the Rego, so that they are told with file and line also
 * where OPA is not at hand. What is allowed says {@code capabilities.json}. Stateless.
 */
final class RefusedBuiltins {
    private static final Pattern CALL =
            Pattern.compile("(?<![A-Za-z0-9_.])([a-z_][a-z0-9_]*(?:\\.[a-z_][a-z0-9_]*)*)\\(");
    /** A comment, or a text, quoted or raw. */
    private static final Pattern PROSE = Pattern.compile("#[^\n]*|\"(?:\\\\.|[^\"\\\\\n])*\"|`[^`]*`");
    /** Of OPA's builtins, the spaces whose names no rule of a package here shares. */
    private static final Map<String, String> SPACES = Map.ofEntries(
            Map.entry("time", "the only clock is input.day: a decision has to come out the same when it is replayed"),
            Map.entry("rand", "chance would make a decision that cannot be replayed"),
            Map.entry("uuid", "chance would make a decision that cannot be replayed"),
            Map.entry("http", "a decision asks no network: it is a function of the revision and the question"),
            Map.entry("net", "a decision asks no network: it is a function of the revision and the question"),
            Map.entry("opa", "a decision may not depend on the machine that makes it"),
            Map.entry("crypto", "the engine has it not, and keys and hashes are no business of a policy"),
            Map.entry("io", "the engine has it not, and keys and hashes are no business of a policy"),
            Map.entry("providers", "the engine has it not, and keys and hashes are no business of a policy"));

    private static final String LACKING = "the engine in process does not have it, so every decision would fail";
    private static final Set<String> ALONE = Set.of(
            "sprintf",
            "print",
            "trace",
            "indexof_n",
            "re_match",
            "set_diff",
            "cast_boolean",
            "cast_null",
            "cast_object",
            "cast_string");
    private static final Set<String> NAMED = Set.of(
            "array",
            "base64",
            "base64url",
            "bits",
            "glob",
            "graph",
            "graphql",
            "hex",
            "json",
            "numbers",
            "object",
            "regex",
            "rego",
            "semver",
            "strings",
            "units",
            "uri",
            "urlquery",
            "yaml");

    private static final Set<String> ALLOWED = allowed();

    private RefusedBuiltins() {}

    static List<Finding> in(SortedMap<String, byte[]> sources) {
        List<Finding> findings = new ArrayList<>();
        sources.forEach((path, content) -> in(path, new String(content, StandardCharsets.UTF_8), findings));
        return findings;
    }

    private static void in(String path, String rego, List<Finding> findings) {
        String code =
                PROSE.matcher(rego).replaceAll(found -> " ".repeat(found.group().length()));
        Matcher calls = CALL.matcher(code);
        while (calls.find()) {
            String name = calls.group(1);
            if (isBuiltin(name) && !ALLOWED.contains(name)) {
                findings.add(finding(path, rego, calls.start(1), name));
            }
        }
    }

    private static boolean isBuiltin(String name) {
        String space = name.contains(".") ? name.substring(0, name.indexOf('.')) : "";
        return space.isEmpty() ? ALONE.contains(name) : SPACES.containsKey(space) || NAMED.contains(space);
    }

    private static Finding finding(String path, String rego, int at, String name) {
        int line =
                1 + (int) rego.substring(0, at).chars().filter(c -> c == '\n').count();
        int column = at - rego.lastIndexOf('\n', at - 1);
        return new Finding(Finding.Severity.ERROR, path, line, column, "the builtin '" + name + "' is refused")
                .because(reason(name))
                .fixedBy(
                        name.startsWith("time.")
                                ? "compare input.day, a text as 2026-11-26, with texts of that form"
                                : "use a builtin that capabilities.json lists: ./sluice policy schemas writes it");
    }

    /** Why a builtin is not there. */
    static String reason(String name) {
        String space = name.contains(".") ? name.substring(0, name.indexOf('.')) : "";
        return SPACES.getOrDefault(space, LACKING);
    }

    private static Set<String> allowed() {
        Set<String> names = new TreeSet<>();
        try (InputStream in = CompiledRego.class.getResourceAsStream(CompiledRego.CAPABILITIES)) {
            if (in == null) {
                throw new IllegalStateException("The module lacks " + CompiledRego.CAPABILITIES);
            }
            JsonNode capabilities = StrictJson.read(in.readAllBytes());
            capabilities
                    .path("builtins")
                    .forEach(builtin -> names.add(builtin.path("name").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException("The module's capabilities cannot be read", e);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("The module's capabilities are not JSON", e);
        }
        return names;
    }
}
