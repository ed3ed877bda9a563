package io.sluice.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A folder with two officers' keys, a bundle signer and a trust root, and the command line that works there. */
final class OfficersDesk {
    final Path folder;
    private final Path config;

    /** @param settings of {@code sluice.yaml}; paths are relative to the folder */
    OfficersDesk(Path folder, String settings) {
        this.folder = folder;
        try {
            this.config = Files.writeString(folder.resolve("sluice.yaml"), settings + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With keys, and a trust root that asks for this many approvals; grace holds the role dpo. */
    static OfficersDesk set(Path folder, String settings, int required) {
        OfficersDesk desk = new OfficersDesk(folder, settings);
        desk.done("keygen", "bundle", "--out", desk.path("signer"));
        desk.done("keygen", "officer", "--out", desk.path("ada"));
        desk.done("keygen", "officer", "--out", desk.path("grace"));
        desk.done(
                "trust",
                "--bundle-key",
                desk.path("signer.pub.pem"),
                "--officer",
                "ada=" + desk.path("ada.pub.pem"),
                "--officer",
                "grace=" + desk.path("grace.pub.pem"),
                "--dpo",
                "grace",
                "--required",
                "" + required);
        return desk;
    }

    String path(String name) {
        return folder.resolve(name).toString();
    }

    /** A whole command line, group and verb first. */
    Invocation run(String[] arguments) {
        return run(arguments[0], Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    Invocation policy(String... arguments) {
        return run("policy", arguments);
    }

    Invocation run(String group, String... arguments) {
        List<String> all = new ArrayList<>(List.of(group));
        all.addAll(Arrays.asList(arguments));
        all.addAll(List.of("--config", config.toString()));
        return Invocation.of(all.toArray(new String[0]));
    }

    /** A verb that must succeed. */
    Invocation done(String... arguments) {
        Invocation run = policy(arguments);
        if (run.code() != 0) {
            throw new AssertionError(Arrays.toString(arguments) + ": " + run);
        }
        return run;
    }
}
