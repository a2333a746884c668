using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Injection;

/// <summary>Reads the values that Istio was installed with from the ConfigMap of its injector.</summary>
internal static class InjectorValues
{
    /// <summary>The values; undefined when there are none.</summary>
    public static JsonElement Of(AnalysisResource? configMap)
    {
        try
        {
            return configMap?.Document.Field("data").Text("values") is { Length: > 0 } values ? JsonElement.Parse(values) : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>The image that sidecars are injected with.</summary>
    public static string ProxyImage(JsonElement values)
    {
        var global = values.Field("global");
        var image = global.Field("proxy").Text("image");
        return image.Contains('/', StringComparison.Ordinal) ? image : $"{global.Text("hub")}/{image}:{global.Text("tag")}";
    }
}
