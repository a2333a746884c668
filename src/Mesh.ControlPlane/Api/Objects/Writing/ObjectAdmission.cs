using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Turns an object into a resource that the store may take: decoded and validated, with Kubernetes' words for what is wrong.</summary>
internal sealed class ObjectAdmission(ResourceReader reader)
{
    /// <param name="call">Is told of warnings in its answer.</param>
    /// <param name="path">What the request names.</param>
    /// <param name="document">The object; unknown fields are taken out where the caller allows that.</param>
    /// <param name="validation">What becomes of unknown fields.</param>
    /// <exception cref="ApiException">400 for unknown fields, 422 with everything else that is wrong.</exception>
    public Resource Admit(ApiCall call, ObjectPath path, JsonObject document, FieldValidation validation)
    {
        var read = reader.Read(JsonSerializer.SerializeToElement(document));
        var unknown = read.Findings.Where(finding => finding.IsUnknownField).Select(finding => finding.Path).ToArray();
        if (unknown.Length > 0)
        {
            if (validation == FieldValidation.Strict)
            {
                var fields = string.Join(", ", unknown.Select(field => $"unknown field \"{field}\""));
                throw ApiException.BadRequest($"{path.Kind.Kind} in version \"{path.Version}\" cannot be handled as a {path.Kind.Kind}: strict decoding error: {fields}");
            }

            foreach (var field in unknown)
            {
                JsonFieldPath.Remove(document, field);
                if (validation == FieldValidation.Warn)
                {
                    Warnings.Add(call, $"unknown field \"{field}\"");
                }
            }

            read = reader.Read(JsonSerializer.SerializeToElement(document));
        }

        var errors = read.Findings.Where(finding => finding.Severity == FindingSeverity.Error).ToArray();
        if (errors.Length > 0 || read.Resource is null)
        {
            throw ObjectErrors.Invalid(path.Kind, read.Name, [.. errors.Select(FieldError.Of)]);
        }

        foreach (var warning in read.Findings.Where(finding => finding.Severity == FindingSeverity.Warning))
        {
            Warnings.Add(call, warning.Path.Length == 0 ? warning.Message : $"{warning.Path}: {warning.Message}");
        }

        return read.Resource with { Origin = null };
    }
}
