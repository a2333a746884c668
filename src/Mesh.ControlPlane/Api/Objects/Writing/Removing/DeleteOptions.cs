using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing.Removing;

/// <summary>How a caller wants an object to go.</summary>
/// <param name="DryRun">Everything but the deletion itself.</param>
/// <param name="Uid">The object must be this one; null for whatever is there.</param>
/// <param name="ResourceVersion">The object must be as it was then; null for however it is.</param>
internal sealed record DeleteOptions(bool DryRun, string? Uid, string? ResourceVersion)
{
    private static readonly string[] Policies = ["Orphan", "Background", "Foreground"];

    public static async Task<DeleteOptions> OfAsync(ApiCall call)
    {
        var query = WriteOptions.Of(call, "DeleteOptions");
        var body = await ObjectBody.ReadOptionsAsync(call);
        if (body["kind"]?.ToString() is { } kind && kind != "DeleteOptions")
        {
            throw ApiException.BadRequest($"expected DeleteOptions as body, got {kind}");
        }

        // Nothing here has dependents, so all policies mean the same; a word that is none is a mistake all the same.
        if ((body["propagationPolicy"]?.ToString() ?? call.Query("propagationPolicy")) is { } policy && !Policies.Contains(policy))
        {
            throw ObjectErrors.Invalid(
                new ResourceKind("meta.k8s.io", "DeleteOptions", "", ["v1"], null),
                "",
                new FieldError("propagationPolicy", "FieldValueNotSupported", $"Unsupported value: \"{policy}\": supported values: \"Foreground\", \"Background\", \"Orphan\""));
        }

        var preconditions = body["preconditions"] as JsonObject;
        return new DeleteOptions(
            query.DryRun || body["dryRun"] is JsonArray { Count: > 0 },
            preconditions?["uid"]?.ToString(),
            preconditions?["resourceVersion"]?.ToString());
    }
}
