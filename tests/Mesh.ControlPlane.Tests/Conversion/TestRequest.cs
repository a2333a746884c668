namespace Mesh.ControlPlane.Tests.Conversion;

/// <summary>A request as far as rules look at it.</summary>
/// <param name="Host">Without a port.</param>
/// <param name="Target">Path and query.</param>
/// <param name="HeaderText">As <c>a: 1; b: 2</c>.</param>
/// <param name="Method">Of HTTP.</param>
internal sealed record TestRequest(string Host, string Target, string HeaderText = "", string Method = "GET")
{
    public string Path => Target.Split('?')[0];

    public IReadOnlyDictionary<string, string> Query => Read(Target.Contains('?', StringComparison.Ordinal) ? Target.Split('?')[1] : "", '&', '=');

    public IReadOnlyDictionary<string, string> Headers => Read(HeaderText, ';', ':');

    private static Dictionary<string, string> Read(string text, char separator, char equals) => text
        .Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(part => part.Split(equals, 2))
        .ToDictionary(part => part[0].Trim().ToLowerInvariant(), part => part[1].Trim(), StringComparer.Ordinal);
}
