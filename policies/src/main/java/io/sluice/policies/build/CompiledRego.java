package io.sluice.policies.build;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Sha256;
import io.sluice.policies.evaluate.Entrypoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Rego compiled to wasm. The module of the shipped Rego is kept in this jar beside the digest of the sources that it was
 * compiled from; it is used where the digest is the same, so that only those who edit Rego need OPA.
 *
 * @param wasm the module
 * @param sources digest of what it was compiled from
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record CompiledRego(byte[] wasm, String sources) {
    /** What Rego may call: nothing that looks at a clock, the network or chance, nothing that the engine lacks. */
    public static final String CAPABILITIES = "/io/sluice/policies/capabilities.json";

    private static final String WASM = "/io/sluice/policies/policy.wasm";
    private static final String DIGEST = "/io/sluice/policies/policy.wasm.sources";

    /** The sources without their tests: what is compiled and what a bundle holds. */
    public static SortedMap<String, byte[]> sources(SortedMap<String, byte[]> rego) {
        SortedMap<String, byte[]> sources = new TreeMap<>(rego);
        sources.keySet().removeIf(path -> path.endsWith("_test.rego"));
        return sources;
    }

    /** Digest of sources, capabilities and entrypoints. */
    public static String digest(SortedMap<String, byte[]> rego) {
        LengthPrefixed digest = new LengthPrefixed().text("sluice-rego").u8(1);
        sources(rego).forEach((path, content) -> digest.text(path).text(Sha256.hex(content)));
        digest.text(Sha256.hex(resource(CAPABILITIES)));
        for (Entrypoint entrypoint : Entrypoint.values()) {
            digest.text(entrypoint.path());
        }
        return Sha256.hex(digest.toBytes());
    }

    /** The kept module, where it is that of these sources. */
    public static Optional<CompiledRego> kept(SortedMap<String, byte[]> rego) {
        String digest = digest(rego);
        String kept = new String(resource(DIGEST), StandardCharsets.US_ASCII).trim();
        return kept.equals(digest) ? Optional.of(new CompiledRego(resource(WASM), digest)) : Optional.empty();
    }

    /**
     * Compiles sources.
     *
     * @throws RegoRejectedException with OPA's words, if they do not compile
     */
    public static CompiledRego compile(SortedMap<String, byte[]> rego, OpaTool opa) {
        try {
            Path folder = Files.createTempDirectory("sluice-rego");
            try {
                return compile(rego, opa, folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The Rego cannot be laid out for opa", e);
        }
    }

    private static CompiledRego compile(SortedMap<String, byte[]> rego, OpaTool opa, Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : sources(rego).entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        Path capabilities = Files.write(folder.resolve("capabilities.json"), resource(CAPABILITIES));
        Path bundle = folder.resolve("bundle.tar.gz");
        List<String> arguments = new ArrayList<>(List.of("build", "--target", "wasm"));
        arguments.addAll(List.of("--capabilities", capabilities.toString(), "--output", bundle.toString()));
        for (Entrypoint entrypoint : Entrypoint.values()) {
            arguments.addAll(List.of("--entrypoint", entrypoint.path()));
        }
        arguments.add("rego"); // relative: the module names the paths of its sources
        OpaTool.Run run = opa.run(folder, arguments.toArray(new String[0]));
        if (run.status() != 0) {
            throw new RegoRejectedException(run.errors().trim());
        }
        return new CompiledRego(module(Files.readAllBytes(bundle)), digest(rego));
    }

    /** OPA's own archives name temporary folders; only the module is taken out of them. */
    private static byte[] module(byte[] archive) {
        byte[] wasm = TarMember.find(archive, BundleFiles.WASM);
        if (wasm == null) {
            throw new RegoRejectedException("opa made no policy.wasm");
        }
        return wasm;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = CompiledRego.class.getResourceAsStream(name)) {
            return in == null ? new byte[0] : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("The module's " + name + " cannot be read", e);
        }
    }
}
