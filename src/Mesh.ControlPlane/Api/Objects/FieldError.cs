using Mesh.Config;

namespace Mesh.ControlPlane.Api.Objects;

/// <summary>What is wrong with one field, as a cause in Kubernetes' <c>Status</c>.</summary>
/// <param name="Field">In Kubernetes' style; empty for the whole object.</param>
/// <param name="Reason">Kubernetes' word (<c>metav1.CauseType</c>).</param>
/// <param name="Message">With the class of the error in front.</param>
internal sealed record FieldError(string Field, string Reason, string Message)
{
    public static FieldError Invalid(string field, string message) => new(field, "FieldValueInvalid", $"Invalid value: {message}");

    public static FieldError Required(string field, string message) => new(field, "FieldValueRequired", $"Required value: {message}");

    public static FieldError Forbidden(string field, string message) => new(field, "FieldValueForbidden", $"Forbidden: {message}");

    public static FieldError Of(ResourceFinding finding) =>
        finding.Message.Contains(" is required", StringComparison.Ordinal) ? Required(finding.Path, finding.Message) : Invalid(finding.Path, finding.Message);

    public override string ToString() => Field.Length == 0 ? Message : $"{Field}: {Message}";
}
