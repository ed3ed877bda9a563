package io.sluice.jobs.protect;

import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the subject at hand, in keyed state: its identifiers, as its earlier records gave them, as sealed
 * bytes, never a value in clear (P2), and its codes. Identifiers are read and written only under a policy that looks inside
 * texts, codes only under one that asks for them; forgotten when no record of the subject came for {@link #KEPT}. Confined to
 * the task thread; every call is about the current key.
 */
final class SubjectMemory {
    /** How long a subject is remembered after its last record: a yearly visit is in time. */
    static final Duration KEPT = Duration.ofDays(400);

    private final ValueState<byte[]> state;
    private final KeptCodes codes;

    SubjectMemory(ValueState<byte[]> state, KeptCodes codes) {
        this.state = state;
        this.codes = codes;
    }

    static ValueStateDescriptor<byte[]> descriptor() {
        ValueStateDescriptor<byte[]> descriptor = new ValueStateDescriptor<>(
                "subject-identifiers", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        descriptor.enableTimeToLive(whileUsed());
        return descriptor;
    }

    /** Forgets what nothing read or wrote for so long. */
    static StateTtlConfig whileUsed() {
        return StateTtlConfig.newBuilder(KEPT)
                .setUpdateType(StateTtlConfig.UpdateType.OnReadAndWrite)
                .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
                .cleanupIncrementally(
                        1, false) // one other entry at each access: enough, since an access adds one at most
                .build();
    }

    /** Its codes. */
    KeptCodes codes() {
        return codes;
    }

    /** What is remembered; null where nothing is. */
    byte @Nullable [] sealed() throws IOException {
        return state.value();
    }

    /** Remembers that from now on. */
    void remember(byte[] sealed) throws IOException {
        state.update(sealed);
    }

    /** Forgets all of it: the subject was erased. */
    void forget() throws Exception {
        state.clear();
        codes.forget();
    }
}
