package io.reliableoutbox.order.start;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/** Says in one line which setting has which value and what is wrong with it. */
final class BadSettingAnalyzer implements FailureAnalyzer, Ordered {
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException e) {
        return new FailureAnalysis(sentence(e), null, e);
      }
      if (cause instanceof InvalidConfigurationPropertyValueException e) {
        return new FailureAnalysis(sentence(e.getName(), e.getValue(), e.getReason()), null, e);
      }
    }
    return null;
  }

  private static String sentence(BindException failure) {
    if (failure.getCause() instanceof BindValidationException invalid) {
      return invalid.getValidationErrors().getAllErrors().stream()
          .map(error -> invalid.getValidationErrors().getName() + "." + text(error))
          .collect(Collectors.joining("; "));
    }
    String reason = NestedExceptionUtils.getMostSpecificCause(failure).getMessage();
    ConfigurationProperty property = failure.getProperty();
    return property == null
        ? String.valueOf(reason)
        : sentence(property.getName(), property.getValue(), reason);
  }

  private static String sentence(Object name, @Nullable Object value, @Nullable String reason) {
    return "%s is \"%s\", which can't be used (%s).".formatted(name, value, reason);
  }

  private static String text(ObjectError error) {
    return error instanceof FieldError field
        ? "%s is \"%s\", but %s"
            .formatted(field.getField(), field.getRejectedValue(), field.getDefaultMessage())
        : String.valueOf(error.getDefaultMessage());
  }
}
