package io.sluice.protection.keys;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/**
 * AWS KMS: each wrapping key is a KMS key of its own, found by its alias {@code alias/<prefix>/<name>}; the associated data
 * are the encryption context. Form: {@code docs/specs/keyring.md}.
 *
 * <p>{@link #destroy} schedules the key's deletion, which AWS carries out 7 to 30 days later; from now on AWS refuses to use
 * the key, and until the receipt's time an administrator of the account could still cancel it. An alias
 * {@code alias/<prefix>/destroyed/<name>} keeps the receipt until then.
 *
 * <p>AWS KMS is consistent in the end only: a key that one process made may be unknown to another for some seconds.
 */
public final class AwsKms implements Kms {
    private static final byte VERSION = 3;
    private static final String CONTEXT = "sluice";
    /** AWS allows 6,144 bytes. */
    private static final int MAX_BLOB_BYTES = 6_144;

    private final KmsClient client;
    private final String prefix;
    private final int deletionDays;
    /** Ids of the keys that this process made: their aliases may not be known everywhere yet. */
    private final Map<String, String> made = new ConcurrentHashMap<>();

    private AwsKms(AwsKmsSettings settings) {
        this.client = settings.client();
        this.prefix = "alias/" + settings.prefix() + "/";
        this.deletionDays = settings.deletionDays();
    }

    /**
     * Connects, with the credentials of the SDK's default chain.
     *
     * @throws KeyAccessException where the service does not answer this caller
     */
    public static AwsKms open(AwsKmsSettings settings) {
        AwsKms kms = new AwsKms(settings);
        kms.has("keyring");
        return kms;
    }

    /** Not connected yet. */
    static AwsKms later(AwsKmsSettings settings) {
        return new AwsKms(settings);
    }

    @Override
    public boolean create(String keyName) {
        KmsKey.requireName(keyName);
        if (has(keyName)) {
            return false;
        }
        return ask(() -> {
            String id = client.createKey(key -> key.description("Sluice wrapping key " + prefix + keyName))
                    .keyMetadata()
                    .keyId();
            if (!nameKey(keyName, id)) { // another process was faster
                client.scheduleKeyDeletion(key -> key.keyId(id).pendingWindowInDays(AwsKmsSettings.MIN_DELETION_DAYS));
                return false;
            }
            made.put(keyName, id);
            return true;
        });
    }

    /**
     * Gives a new key its name. A name that still leads to a destroyed key, of a destruction that died half way, is taken
     * away first; one of a key that lives, or that AWS cannot describe yet, never is.
     */
    private boolean nameKey(String keyName, String id) {
        String alias = alias(keyName);
        try {
            client.createAlias(request -> request.aliasName(alias).targetKeyId(id));
            return true;
        } catch (AlreadyExistsException e) {
            KeyMetadata found = metadata(alias);
            if (found == null || !isGoing(found)) {
                return false;
            }
        }
        deleteAlias(alias);
        try {
            client.createAlias(request -> request.aliasName(alias).targetKeyId(id));
        } catch (AlreadyExistsException e) {
            return false;
        }
        KeyMetadata named = metadata(alias); // another may have taken it away in the same moment
        return named != null && named.keyId().equals(id);
    }

    @Override
    public boolean has(String keyName) {
        return describe(keyName).isPresent();
    }

    @Override
    public Optional<KmsKey> describe(String keyName) {
        KeyMetadata found = KmsKey.isName(keyName) ? ask(() -> metadata(alias(keyName))) : null;
        return found == null || isGoing(found)
                ? Optional.empty()
                : Optional.of(new KmsKey(keyName, found.arn(), found.creationDate()));
    }

    @Override
    public SortedSet<String> keyNames() {
        return ask(() -> {
            SortedSet<String> names = new TreeSet<>();
            client.listAliasesPaginator().aliases().forEach(alias -> {
                String name = alias.aliasName();
                if (name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0) {
                    names.add(name.substring(prefix.length()).replace('_', '.'));
                }
            });
            return names;
        });
    }

    @Override
    public byte[] wrap(String keyName, SecretBytes key, byte[] associatedData) {
        KmsKey.requireName(keyName);
        SdkBytes blob = ask(() -> onKey(keyName, id -> encrypt(id, key, context(keyName, associatedData))));
        if (blob == null) {
            throw new KeyAccessException(Code.UNKNOWN_KEY, "no wrapping key " + keyName + " in AWS KMS, " + prefix);
        }
        byte[] bytes = blob.asByteArrayUnsafe();
        return ByteBuffer.allocate(1 + bytes.length).put(VERSION).put(bytes).array();
    }

    @Override
    public Unwrapped unwrap(String keyName, byte[] wrapped, byte[] associatedData) {
        if (!KmsKey.isName(keyName)) {
            return Unwrapped.Refused.UNKNOWN_KEY;
        }
        try {
            boolean formed = wrapped.length > 1 && wrapped.length <= MAX_BLOB_BYTES && wrapped[0] == VERSION;
            if (!formed) {
                return has(keyName) ? Unwrapped.Refused.INVALID : Unwrapped.Refused.UNKNOWN_KEY;
            }
            SdkBytes blob = SdkBytes.fromByteArrayUnsafe(Arrays.copyOfRange(wrapped, 1, wrapped.length));
            Map<String, String> context = context(keyName, associatedData);
            Unwrapped answer = ask(() -> onKey(keyName, id -> decrypt(id, blob, context)));
            return answer == null ? Unwrapped.Refused.UNKNOWN_KEY : answer;
        } catch (KeyAccessException e) {
            return new Unwrapped.OutOfReach(e);
        }
    }

    @Override
    public Optional<DestroyReceipt> destroy(String keyName) {
        KmsKey.requireName(keyName);
        return ask(() -> {
            KeyMetadata key = metadata(alias(keyName));
            if (key == null) {
                return receipt(keyName, metadata(destroyedAlias(keyName)));
            }
            if (!isGoing(key)) {
                deleteAlias(destroyedAlias(keyName)); // of an older key of that name
                client.createAlias(
                        alias -> alias.aliasName(destroyedAlias(keyName)).targetKeyId(key.keyId()));
                client.scheduleKeyDeletion(
                        deletion -> deletion.keyId(key.keyId()).pendingWindowInDays(deletionDays));
            }
            deleteAlias(alias(keyName));
            made.remove(keyName);
            return receipt(keyName, metadata(key.keyId()));
        });
    }

    private static Optional<DestroyReceipt> receipt(String keyName, @Nullable KeyMetadata key) {
        if (key == null || key.deletionDate() == null || !isGoing(key)) {
            return Optional.empty();
        }
        return Optional.of(new DestroyReceipt(keyName, key.arn(), key.deletionDate()));
    }

    private SdkBytes encrypt(String id, SecretBytes key, Map<String, String> context) {
        return key.with(plain -> client.encrypt(request -> request.keyId(id)
                        .plaintext(SdkBytes.fromByteArrayUnsafe(plain))
                        .encryptionContext(context))
                .ciphertextBlob());
    }

    private Unwrapped decrypt(String id, SdkBytes blob, Map<String, String> context) {
        try {
            byte[] plain = client.decrypt(
                            request -> request.keyId(id).ciphertextBlob(blob).encryptionContext(context))
                    .plaintext()
                    .asByteArrayUnsafe();
            try {
                return new Unwrapped.Key(SecretBytes.copyOf(plain));
            } finally {
                Arrays.fill(plain, (byte) 0);
            }
        } catch (InvalidCiphertextException | IncorrectKeyException e) {
            return Unwrapped.Refused.INVALID;
        } catch (NotFoundException | KmsInvalidStateException e) {
            throw e;
        } catch (KmsException e) {
            // "Access denied" is also said of a ciphertext that names another key: only a trial tells the two apart.
            if (e.statusCode() >= 500 || !works(id, context)) {
                throw e;
            }
            return Unwrapped.Refused.INVALID;
        }
    }

    private boolean works(String id, Map<String, String> context) {
        try {
            SdkBytes probe = SdkBytes.fromUtf8String("probe");
            SdkBytes sealed = client.encrypt(
                            request -> request.keyId(id).plaintext(probe).encryptionContext(context))
                    .ciphertextBlob();
            return client.decrypt(
                            request -> request.keyId(id).ciphertextBlob(sealed).encryptionContext(context))
                    .plaintext()
                    .equals(probe);
        } catch (KmsException e) {
            return false;
        }
    }

    /** What {@code use} answers for the key of that name; null where there is none, or it is being deleted. */
    private <T> @Nullable T onKey(String keyName, Function<String, T> use) {
        try {
            return use.apply(alias(keyName));
        } catch (NotFoundException e) {
            String id = made.get(keyName);
            KeyMetadata key = id == null ? null : metadata(id);
            return key == null || isGoing(key) ? null : use.apply(key.keyId());
        } catch (KmsInvalidStateException e) {
            KeyMetadata key = metadata(alias(keyName));
            if (key == null || isGoing(key)) {
                return null;
            }
            throw e;
        }
    }

    private @Nullable KeyMetadata metadata(String idOrAlias) {
        try {
            return client.describeKey(key -> key.keyId(idOrAlias)).keyMetadata();
        } catch (NotFoundException e) {
            return null;
        }
    }

    private void deleteAlias(String alias) {
        try {
            client.deleteAlias(request -> request.aliasName(alias));
        } catch (NotFoundException e) {
            return; // the usual case
        }
    }

    private static boolean isGoing(KeyMetadata key) {
        return key.keyState() == KeyState.PENDING_DELETION || key.keyState() == KeyState.PENDING_REPLICA_DELETION;
    }

    /** Aliases have no dots, names no underscores. */
    private String alias(String keyName) {
        return prefix + keyName.replace('.', '_');
    }

    private String destroyedAlias(String keyName) {
        return prefix + "destroyed/" + keyName.replace('.', '_');
    }

    private static Map<String, String> context(String keyName, byte[] associatedData) {
        byte[] bound = new LengthPrefixed()
                .text("sluice-kms")
                .u8(VERSION)
                .text(keyName)
                .bytes(associatedData)
                .toBytes();
        return Map.of(CONTEXT, Base64.getEncoder().encodeToString(bound));
    }

    private <T extends @Nullable Object> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (SdkException e) {
            throw new KeyAccessException(Code.UNREACHABLE, "AWS KMS does not answer: " + e.getMessage(), e);
        }
    }
}
