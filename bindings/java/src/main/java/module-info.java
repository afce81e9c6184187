/**
 * libdealer for Java: the business rules of construction-machinery dealers. With JDK 24 and later, run with
 * {@code --enable-native-access=org.libdealer}.
 */
module org.libdealer {
    exports org.libdealer;
}
