namespace Mesh.ControlPlane.Quotas;

/// <summary>What requests of consumers are counted by.</summary>
/// <param name="Api">NAMESPACE/NAME/RULE of the ApiAccess.</param>
/// <param name="Consumer">NAMESPACE/NAME; empty for nobody's.</param>
/// <param name="Version">Of the API; empty where none is told apart.</param>
internal readonly record struct ApiUsageKey(string Api, string Consumer, string Version)
{
    private const char Separator = '\u001f';

    /// <param name="api">As it is reported.</param>
    /// <param name="values">Consumer and version, joined.</param>
    public static ApiUsageKey Read(string api, string values)
    {
        var at = values.IndexOf(Separator, StringComparison.Ordinal);
        return at < 0 ? new ApiUsageKey(api, values, "") : new ApiUsageKey(api, values[..at], values[(at + 1)..]);
    }
}
