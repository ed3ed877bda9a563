package io.sluice.jobs.protect;

import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * The identifiers of the subject at hand, as its earlier records gave them, in keyed state: sealed bytes, never a value in
 * clear (P2). Read and written only under a policy that looks inside texts; forgotten when no record of the subject came
 * for {@link #KEPT}. Confined to the task thread; every call is about the current key.
 */
final class SubjectMemory {
    /** How long a subject is remembered after its last record: a yearly visit is in time. */
    static final Duration KEPT = Duration.ofDays(400);

    private final ValueState<byte[]> state;

    SubjectMemory(ValueState<byte[]> state) {
        this.state = state;
    }

    static ValueStateDescriptor<byte[]> descriptor() {
        ValueStateDescriptor<byte[]> descriptor = new ValueStateDescriptor<>(
                "subject-identifiers", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(KEPT)
                .setUpdateType(StateTtlConfig.UpdateType.OnReadAndWrite)
                .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
                .build());
        return descriptor;
    }

    /** What is remembered; null where nothing is. */
    byte @Nullable [] sealed() throws IOException {
        return state.value();
    }

    /** Remembers that from now on. */
    void remember(byte[] sealed) throws IOException {
        state.update(sealed);
    }
}
