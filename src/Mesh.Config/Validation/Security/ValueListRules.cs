using System.Globalization;

namespace Mesh.Config.Validation.Security;

/// <summary>The lists of values that sources, operations and conditions share.</summary>
internal static class ValueListRules
{
    private const int MostAccounts = 16;
    private const int LongestAccount = 320;

    public static void NotEmpty(FieldScope scope, string field, IReadOnlyList<string> values) =>
        scope.Each(field, values, static (item, value) => item.Require(value.Length > 0, "must not be empty"));

    public static void Addresses(FieldScope scope, string field, IReadOnlyList<string> values) =>
        scope.Each(field, values, static (item, value) =>
            item.Require(Rules.Addresses.IsIpOrSubnet(value), $"\"{value}\" must be an IP address or a CIDR block such as 10.0.0.0/8"));

    public static void Ports(FieldScope scope, string field, IReadOnlyList<string> values) =>
        scope.Each(field, values, static (item, value) => item.Require(
            ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _), $"\"{value}\" must be a port from 0 to 65535"));

    /// <summary><c>account</c> or <c>namespace/account</c>.</summary>
    public static void ServiceAccounts(FieldScope scope, string field, IReadOnlyList<string> values)
    {
        scope.Field(field).Require(values.Count <= MostAccounts, $"at most {MostAccounts} service accounts, found {values.Count}");
        scope.Each(field, values, static (item, value) =>
        {
            item.Require(value.Length <= LongestAccount, $"at most {LongestAccount} characters, found {value.Length}");
            item.Require(!value.Contains('*', StringComparison.Ordinal), "wildcards are not allowed in service accounts; use principals");
            item.Require(value.Split('/') is [{ Length: > 0 }] or [{ Length: > 0 }, { Length: > 0 }], $"\"{value}\" must be account or namespace/account");
        });
    }

    /// <summary>A name with at most one wildcard, at an end.</summary>
    public static void TrustDomains(FieldScope scope, string field, IReadOnlyList<string> values) =>
        scope.Each(field, values, static (item, value) =>
        {
            item.Require(value.Length > 0, "must not be empty");
            item.Require(!value.Contains('/', StringComparison.Ordinal), $"\"{value}\" must be a trust domain without a path");
            var stars = value.Count(character => character == '*');
            item.Require(stars == 0 || (stars == 1 && (value[0] == '*' || value[^1] == '*')), $"\"{value}\" may have one *, at its start or its end");
        });
}
