package io.reliableoutbox.consumer.start;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/** Says in one line which setting has which value, what is wrong with it, and where it is set. */
final class BadSettingAnalyzer extends AbstractFailureAnalyzer<BindException> implements Ordered {
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
    return new FailureAnalysis(sentence(cause), null, cause);
  }

  private static String sentence(BindException cause) {
    if (cause.getCause() instanceof BindValidationException invalid) {
      return invalid.getValidationErrors().getAllErrors().stream()
          .map(error -> invalid.getValidationErrors().getName() + "." + text(error))
          .collect(Collectors.joining("; "));
    }
    String reason = String.valueOf(NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
    ConfigurationProperty property = cause.getProperty();
    return property == null
        ? reason
        : "%s is \"%s\", which can't be used (%s; set in %s)"
            .formatted(property.getName(), property.getValue(), reason, property.getOrigin());
  }

  private static String text(ObjectError error) {
    return error instanceof FieldError field
        ? "%s is \"%s\", but %s"
            .formatted(field.getField(), field.getRejectedValue(), field.getDefaultMessage())
        : String.valueOf(error.getDefaultMessage());
  }
}
