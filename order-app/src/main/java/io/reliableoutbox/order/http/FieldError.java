package io.reliableoutbox.order.http;

/**
 * What is wrong with one field of a request.
 *
 * @param field as a path: {@code lines[2].quantity}, or the name of a header
 */
public record FieldError(String field, String message) {}
