package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** FHIR resources as JSON texts, without anybody who posts them: the input of benchmarks. */
public final class FhirResources {
    private FhirResources() {}

    /** Without end: a patient, then some observations of theirs, and so on. The same seed and time give the same. */
    public static Stream<byte[]> generated(long seed, Instant now) {
        Draw draw = new Draw(seed);
        return Stream.generate(() -> household(draw.split(), now)).flatMap(List::stream);
    }

    /**
     * The resources of a folder's {@code *.json} files, those of bundles too.
     *
     * @throws io.sluice.cli.CommandFailure naming the file that cannot be used
     */
    public static List<byte[]> ofFolder(Path folder) {
        return InputFiles.read(folder).stream().map(Post::body).toList();
    }

    private static List<byte[]> household(Draw own, Instant now) {
        Patient patient = Patient.draw(own);
        List<ObjectNode> resources = new ArrayList<>();
        resources.add(patient.resource(own));
        for (int i = own.between(4, 12); i > 0; i--) {
            resources.add(Observations.draw(patient, own, now));
        }
        return resources.stream().map(DemoEvents::bytes).toList();
    }
}
