namespace Mesh.Client.Actions;

/// <summary>Marks the authority of a mirrored request as Envoy does, so that the logs behind it tell copies apart.</summary>
internal static class ShadowAuthority
{
    private const string Mark = "-shadow";

    public static string Of(string authority)
    {
        var colon = authority.LastIndexOf(':');
        return colon < 0 || colon < authority.LastIndexOf(']')
            ? authority + Mark
            : string.Concat(authority.AsSpan(0, colon), Mark, authority.AsSpan(colon));
    }
}
