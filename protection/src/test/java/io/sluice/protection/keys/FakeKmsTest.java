package io.sluice.protection.keys;

class FakeKmsTest extends KmsContract {
    private final FakeKms service = new FakeKms();

    @Override
    Kms kms() {
        return service.another();
    }

    @Override
    Kms outOfReach() {
        return new FakeKms().switchOff(true);
    }
}
