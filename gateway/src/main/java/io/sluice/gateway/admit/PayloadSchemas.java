package io.sluice.gateway.admit;

import io.sluice.core.encoding.JsonText;
import io.sluice.core.rulebook.Dataset;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The schemas of the datasets, each read once. Thread-safe; holds the {@value #MAX_SCHEMAS} used last. */
public final class PayloadSchemas {
    /** Most schemas kept. */
    public static final int MAX_SCHEMAS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(PayloadSchemas.class);

    /** By text, which is shared with the rulebook. Guarded by itself. */
    private final Map<String, PayloadSchema> schemas = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PayloadSchema> eldest) {
            return size() > MAX_SCHEMAS;
        }
    };

    /**
     * Checks a payload against its dataset's schema, where there is one.
     *
     * @throws RefusedException {@code schema-violated}, or {@code policy-unavailable} where the schema itself is broken
     */
    public void require(Dataset dataset, JsonText payload) {
        String text = dataset.schema();
        if (text != null) {
            schema(dataset.id(), text).require(payload);
        }
    }

    private PayloadSchema schema(String dataset, String text) {
        synchronized (schemas) {
            try {
                return schemas.computeIfAbsent(text, PayloadSchema::new);
            } catch (RuntimeException e) {
                LOG.atError()
                        .addKeyValue("dataset", dataset)
                        .addKeyValue("fault", e.getClass().getName())
                        .log("The schema of the dataset cannot be read; its events are refused");
                throw RefusedException.of(
                        ProblemCode.POLICY_UNAVAILABLE,
                        "The schema of this dataset cannot be used; the gateway's officers have to correct it.");
            }
        }
    }
}
