using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Configuration.Checks;

/// <summary>Checks what flows on from request to request, and the lanes that go by it.</summary>
internal static class PropagationOptionsRules
{
    private const int MaxHeaders = 256;
    private const int MinLength = 256;
    private const int MaxLength = 65_536;

    public static void Check(MeshPropagationOptions options, ValidateOptionsResultBuilder errors)
    {
        CheckHeaders("Mesh:Propagation:Headers", options.Headers, errors);
        CheckHeaders("Mesh:Propagation:AdditionalHeaders", options.AdditionalHeaders, errors);
        CheckHeaders("Mesh:Propagation:Prefixes", options.Prefixes, errors);
        CheckHeaders("Mesh:Propagation:EdgeHeaders", options.EdgeHeaders, errors);
        if (options.MaxHeaders is < 1 or > MaxHeaders)
        {
            errors.AddError($"Mesh:Propagation:MaxHeaders is {options.MaxHeaders}: expected 1 to {MaxHeaders}.");
        }

        if (options.MaxLength is < MinLength or > MaxLength)
        {
            errors.AddError($"Mesh:Propagation:MaxLength is {options.MaxLength}: expected {MinLength} to {MaxLength} characters.");
        }

        foreach (var format in options.TraceFormats.Where(format => !Enum.IsDefined(format)))
        {
            errors.AddError($"Mesh:Propagation:TraceFormats holds '{format}': expected {string.Join(", ", Enum.GetNames<TraceFormat>())}.");
        }
    }

    public static void Check(MeshLaneOptions options, ValidateOptionsResultBuilder errors)
    {
        CheckHeaders("Mesh:Lanes:Header", [options.Header], errors);
        if (options.Label is not (MeshLaneOptions.LaneLabel or MeshLaneOptions.VersionLabel))
        {
            errors.AddError($"Mesh:Lanes:Label is '{options.Label}': expected {MeshLaneOptions.LaneLabel} or {MeshLaneOptions.VersionLabel}.");
        }
    }

    private static void CheckHeaders(string path, IEnumerable<string> names, ValidateOptionsResultBuilder errors)
    {
        foreach (var name in names)
        {
            if (name.Length == 0 || name.Any(character => !char.IsAsciiLetterOrDigit(character) && !"!#$%&'*+-.^_`|~".Contains(character)))
            {
                errors.AddError($"{path} holds '{name}': expected a header name.");
            }
        }
    }
}
