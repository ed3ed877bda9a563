package io.sluice.cli.demo;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** What a run posts, read or made before anything is started, so that bad input costs nobody a start. Immutable. */
public final class DemoPosts {
    private final List<Post> posts;

    private DemoPosts(List<Post> posts) {
        this.posts = posts;
    }

    /**
     * The FHIR resources and bundles of a folder.
     *
     * @throws io.sluice.cli.CommandFailure where it cannot be read, holds no JSON file, or one that is not JSON
     */
    public static DemoPosts ofFolder(Path input) {
        return new DemoPosts(InputFiles.read(input));
    }

    /** Generated traffic: the same seed and time give the same posts. */
    public static DemoPosts generated(long seed, int events, Instant now) {
        return new DemoPosts(DemoEvents.generate(seed, events, now));
    }

    List<Post> posts() {
        return posts;
    }
}
