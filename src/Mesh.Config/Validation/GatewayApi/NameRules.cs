using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>The patterns that the CRDs of the Gateway API have for names.</summary>
internal static class NameRules
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;
    private const int LongestHeader = 256;

    /// <summary>Empty, which is core, or a domain.</summary>
    public static void Group(FieldScope scope, string group) =>
        scope.Require(group.Length == 0 || IsDomain(group), $"\"{group}\" must be empty or a domain in lower case");

    public static void Kind(FieldScope scope, string kind) => scope.Require(
        kind.Length is > 0 and <= LongestLabel && char.IsAsciiLetter(kind[0]) && DnsNames.IsLabel(kind),
        kind.Length == 0 ? "a kind is required" : $"\"{kind}\" must begin with a letter and have letters, digits and -");

    public static void ObjectName(FieldScope scope, string name) =>
        scope.Require(name.Length is > 0 and <= LongestName, $"a name of 1 to {LongestName} characters is required");

    public static void Namespace(FieldScope scope, string name) => scope.Require(
        IsLabel(name), name.Length == 0 ? "a namespace is required" : $"\"{name}\" must be lower-case letters, digits and -, at most {LongestLabel} characters");

    /// <summary>The name of a listener, a rule or a port.</summary>
    public static void Section(FieldScope scope, string name) => scope.Require(
        IsDomain(name), name.Length == 0 ? "a name is required" : $"\"{name}\" must be lower-case letters, digits, - and .");

    public static void Host(FieldScope scope, string host) =>
        scope.Require(IsDomain(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host), $"\"{host}\" must be a host name in lower case, or *. and a domain");

    public static void PreciseHost(FieldScope scope, string host) =>
        scope.Require(IsDomain(host), $"\"{host}\" must be a host name in lower case, without a wildcard");

    public static void Header(FieldScope scope, string name) => scope.Require(
        name.Length <= LongestHeader && HeaderRules.IsToken(name), $"\"{name}\" must be 1 to {LongestHeader} characters that a header name can have");

    /// <summary>A domain and a path, such as <c>example.com/controller</c>.</summary>
    public static bool IsDomainPath(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1 && text.Length <= LongestName && IsDomain(text[..slash])
            && text[(slash + 1)..].All(character => char.IsAsciiLetterOrDigit(character) || "/-._~%!$&'()*+,;=:".Contains(character, StringComparison.Ordinal));
    }

    /// <summary>Lower-case labels joined by dots.</summary>
    public static bool IsDomain(string text) => text.Length is > 0 and <= LongestName && text.Split('.').All(IsPlain);

    private static bool IsLabel(string text) => text.Length <= LongestLabel && IsPlain(text);

    private static bool IsPlain(string text) =>
        text.Length > 0 && text[0] != '-' && text[^1] != '-' && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
}
