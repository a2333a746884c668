using Microsoft.Extensions.Configuration;

namespace Mesh.Client.Hosting.Configuration;

/// <summary>Reads <c>Mesh:ControlPlane</c>: one address, several separated by commas, or a list.</summary>
internal static class ControlPlaneAddresses
{
    public const string Key = MeshOptions.SectionName + ":ControlPlane";

    public static IReadOnlyList<string> Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Key);
        var texts = section.Value is { } value ? [value] : section.GetChildren().Select(child => child.Value ?? "");
        return [.. texts.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
    }
}
