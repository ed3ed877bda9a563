package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A token of SoftHSM, in the folder that the build names by SOFTHSM2_CONF. */
final class SoftHsm {
    static final String INSTALL = "install Debian's softhsm2";
    private static final String PIN = "135790";

    private SoftHsm() {}

    /** The library, where SoftHSM is installed. */
    static Optional<Path> library() {
        return Stream.of(
                        "/usr/lib/softhsm/libsofthsm2.so",
                        "/usr/lib64/pkcs11/libsofthsm2.so",
                        "/opt/homebrew/lib/softhsm/libsofthsm2.so")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst();
    }

    /** Makes a token. The library must not be loaded yet: it reads its tokens once. */
    static KmsSettings.Pkcs11 token(Path folder, String label) throws IOException, InterruptedException {
        Path library = library().orElseThrow();
        Path configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
        Path tokens = configuration.resolveSibling("softhsm-tokens");
        Files.createDirectories(tokens);
        Files.writeString(configuration, "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
        Process process = new ProcessBuilder(List.of(
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        label,
                        "--so-pin",
                        "246800",
                        "--pin",
                        PIN))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return new KmsSettings.Pkcs11(
                library.toString(), label, pinFile(folder.resolve("pin"), PIN).toString());
    }

    static Path pinFile(Path file, String pin) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, pin + "\n");
    }
}
