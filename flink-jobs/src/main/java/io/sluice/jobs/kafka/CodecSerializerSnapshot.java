package io.sluice.jobs.kafka;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint keeps of a {@link CodecSerializer}: the codec and the version that wrote. State of an older version
 * is read as it is; of a newer one it is refused.
 *
 * @param <T> the type
 */
public final class CodecSerializerSnapshot<T> implements TypeSerializerSnapshot<T> {
    private static final int SNAPSHOT_VERSION = 1;

    private @Nullable Codec<T> codec;
    private int writtenVersion;

    /** For Flink, which reads the rest. */
    public CodecSerializerSnapshot() {}

    CodecSerializerSnapshot(Codec<T> codec) {
        this.codec = codec;
        this.writtenVersion = codec.version();
    }

    @Override
    public int getCurrentVersion() {
        return SNAPSHOT_VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeUTF(codec().getClass().getName());
        out.writeInt(writtenVersion);
    }

    @Override
    @SuppressWarnings("unchecked") // the class name was written by writeSnapshot of the same type
    public void readSnapshot(int snapshotVersion, DataInputView in, ClassLoader loader) throws IOException {
        String name = in.readUTF();
        writtenVersion = in.readInt();
        try {
            Object[] constants = Class.forName(name, true, loader).getEnumConstants();
            if (constants == null || constants.length != 1 || !(constants[0] instanceof Codec<?> found)) {
                throw new IOException(name + " is not a codec");
            }
            codec = (Codec<T>) found;
        } catch (ClassNotFoundException e) {
            throw new IOException("The codec " + name + " is not known here", e);
        }
    }

    @Override
    public TypeSerializer<T> restoreSerializer() {
        return new CodecSerializer<>(codec());
    }

    @Override
    public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(TypeSerializerSnapshot<T> old) {
        if (!(old instanceof CodecSerializerSnapshot<T> before)
                || !before.codec().equals(codec())) {
            return TypeSerializerSchemaCompatibility.incompatible();
        }
        return before.writtenVersion <= codec().version()
                ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                : TypeSerializerSchemaCompatibility.incompatible();
    }

    private Codec<T> codec() {
        if (codec == null) {
            throw new IllegalStateException("The snapshot was not read yet");
        }
        return codec;
    }
}
