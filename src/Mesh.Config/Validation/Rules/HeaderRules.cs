using System.Buffers;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Validation.Rules;

/// <summary>Header names and values in matches and in edits.</summary>
internal static class HeaderRules
{
    private const string ClaimPrefix = "@request.auth.claims";

    private static readonly SearchValues<char> VariableName = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /// <summary>RFC 9110 5.6.2 token.</summary>
    public static bool IsToken(string text) =>
        text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal));

    /// <summary>Letters, digits, <c>-</c> and <c>_</c>, which Istio wants where it makes headers itself.</summary>
    public static bool IsStrictName(string text) =>
        text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <summary>A name in a match; claims of a token are known at gateways only.</summary>
    public static void MatchName(FieldScope scope, string name, bool gateway)
    {
        if (name.StartsWith(ClaimPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var rest = name[ClaimPrefix.Length..];
            scope.Require(rest is ['.', _, ..] or ['[', _, .., ']'], $"\"{name}\" must name a claim: {ClaimPrefix}.name or {ClaimPrefix}[name]");
            scope.Require(gateway, $"\"{name}\" works at gateways only: the route must name a gateway and not \"mesh\"");
        }
        else
        {
            scope.Require(name is ":method" or ":scheme" or ":authority" or ":path" or ":status" || IsToken(name), $"\"{name}\" is not a header name");
        }
    }

    public static void Edits(FieldScope scope, Headers? headers)
    {
        if (headers?.Request is { } request)
        {
            Operations(scope.Field("request"), request, isRequest: true);
        }

        if (headers?.Response is { } response)
        {
            Operations(scope.Field("response"), response, isRequest: false);
        }
    }

    /// <summary>Whether the edits set the authority that the callee sees.</summary>
    public static int CountAuthority(Headers? headers) =>
        headers?.Request is { } request ? request.Set.Keys.Concat(request.Add.Keys).Count(IsAuthority) : 0;

    private static void Operations(FieldScope scope, Headers.Types.HeaderOperations operations, bool isRequest)
    {
        foreach (var (field, edits) in new[] { ("set", operations.Set), ("add", operations.Add) })
        {
            foreach (var (name, value) in edits)
            {
                var entry = scope.Entry(field, name);
                EditName(entry, name, authorityAllowed: isRequest);
                Value(entry, value);
            }
        }

        scope.Each("remove", operations.Remove, static (item, name) => EditName(item, name, authorityAllowed: false));
    }

    private static void EditName(FieldScope scope, string name, bool authorityAllowed)
    {
        var special = name.StartsWith(':') || name.Equals("host", StringComparison.OrdinalIgnoreCase);
        scope.Require(name.Length > 0, "the header name must not be empty");
        scope.Require(!special || (authorityAllowed && IsAuthority(name)), $"the header \"{name}\" cannot be changed here");
    }

    private static bool IsAuthority(string name) => name == ":authority" || name.Equals("host", StringComparison.OrdinalIgnoreCase);

    /// <summary>Envoy's format: <c>%%</c> is a percent sign, <c>%VARIABLE%</c> and <c>%VARIABLE(arguments)%</c> are replaced.</summary>
    private static void Value(FieldScope scope, string value)
    {
        scope.Require(!value.Any(character => character is '\x7f' or (< ' ' and not '\t')), "the header value holds a control character");
        for (var position = value.IndexOf('%', StringComparison.Ordinal); position >= 0; position = value.IndexOf('%', position))
        {
            var length = VariableLength(value.AsSpan(position));
            if (length == 0)
            {
                scope.Error($"the % at position {position} starts no variable; write %% for a percent sign");
                return;
            }

            position += length;
            if (position >= value.Length)
            {
                return;
            }
        }
    }

    private static int VariableLength(ReadOnlySpan<char> text)
    {
        if (text is ['%', '%', ..])
        {
            return 2;
        }

        var name = text[1..].IndexOfAnyExcept(VariableName);
        if (name <= 0)
        {
            return 0;
        }

        var end = 1 + name;
        if (text[end] == '(')
        {
            var close = text.IndexOf(")%");
            return close < 0 ? 0 : close + 2;
        }

        return text[end] == '%' ? end + 1 : 0;
    }
}
