namespace Mesh.ControlPlane.Serving.Nodes;

/// <summary>RFC 1123 names, in lower case as Kubernetes has them.</summary>
internal static class DnsName
{
    private const int MaxLabelLength = 63;
    private const int MaxLength = 253;

    public static bool IsLabel(string text) =>
        text.Length is > 0 and <= MaxLabelLength
        && text[0] != '-'
        && text[^1] != '-'
        && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');

    public static bool IsName(string text) => text.Length is > 0 and <= MaxLength && text.Split('.').All(IsLabel);
}
