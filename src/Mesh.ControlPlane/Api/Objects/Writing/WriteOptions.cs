using Mesh.Config;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>How a caller wants a write to be done.</summary>
/// <param name="DryRun">Everything but the write itself.</param>
/// <param name="FieldManager">Who the written fields belong to.</param>
/// <param name="FieldValidation">What becomes of unknown fields.</param>
/// <param name="Force">Whether fields of others are taken over.</param>
internal sealed record WriteOptions(bool DryRun, string FieldManager, FieldValidation FieldValidation, bool Force)
{
    private const int LongestManager = 128;

    public static WriteOptions Of(ApiCall call, string type)
    {
        var errors = new List<FieldError>();
        var dryRun = call.Http.Request.Query["dryRun"];
        if (dryRun.Any(value => value != "All"))
        {
            errors.Add(new FieldError("dryRun", "FieldValueNotSupported", $"Unsupported value: \"{dryRun}\": supported values: \"All\""));
        }

        var validation = Validation(call.Query("fieldValidation"), errors);
        var manager = call.Query("fieldManager");
        if (manager?.Length > LongestManager || manager?.Any(char.IsControl) == true)
        {
            errors.Add(FieldError.Invalid("fieldManager", $"may have at most {LongestManager} characters, all of them printable"));
        }

        var force = call.Query("force");
        if (force is not (null or "true" or "false" or "1" or "0"))
        {
            errors.Add(FieldError.Invalid("force", $"\"{force}\": expected true or false"));
        }

        return errors.Count == 0
            ? new WriteOptions(dryRun.Count > 0, manager ?? FromUserAgent(call), validation, force is "true" or "1")
            : throw ObjectErrors.Invalid(new ResourceKind("meta.k8s.io", type, "", ["v1"], null), "", errors);
    }

    /// <summary>Whether the caller named itself, as server-side apply demands.</summary>
    public static bool NamesManager(ApiCall call) => call.Query("fieldManager") is not null;

    private static FieldValidation Validation(string? text, List<FieldError> errors)
    {
        switch (text)
        {
            case null or "Warn":
                return FieldValidation.Warn;
            case "Strict":
                return FieldValidation.Strict;
            case "Ignore":
                return FieldValidation.Ignore;
            default:
                errors.Add(new FieldError("fieldValidation", "FieldValueNotSupported", $"Unsupported value: \"{text}\": supported values: \"Ignore\", \"Warn\", \"Strict\""));
                return default;
        }
    }

    // kubectl/v1.33.0 (linux/amd64) … is kubectl (apiserver's managerOrUserAgent).
    private static string FromUserAgent(ApiCall call)
    {
        var agent = call.Http.Request.Headers.UserAgent.ToString();
        var name = agent.Split('/', 2)[0];
        var printable = string.Concat(name.Where(character => !char.IsControl(character)).Take(LongestManager));
        return printable.Length == 0 ? "unknown" : printable;
    }
}
