using System.Globalization;
using System.Text.RegularExpressions;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.Cli.Explanation;

/// <summary>The configuration that made something, as the control plane writes it into the metadata of xDS resources and the names of policies.</summary>
/// <param name="Group">Of the API.</param>
/// <param name="Kind">As in <c>kind:</c>.</param>
/// <param name="Namespace">Of the resource.</param>
/// <param name="Name">Of the resource.</param>
/// <param name="Field">Within its spec; empty for all of it.</param>
internal sealed partial record OriginReference(string Group, string Kind, string Namespace, string Name, string Field)
{
    private const string Filter = "istio";

    /// <summary>Null when it says nothing.</summary>
    public static OriginReference? Of(Metadata? metadata)
    {
        if (metadata?.FilterMetadata.TryGetValue(Filter, out var fields) != true
            || !fields!.Fields.TryGetValue("config", out var config)
            || config.StringValue.Split('/') is not ["", "apis", var group, _, "namespaces", var ns, var kind, var name])
        {
            return null;
        }

        var field = fields.Fields.TryGetValue("rule", out var rule) ? rule.StringValue : "";
        return new OriginReference(group, Pascal(kind), ns, name, field);
    }

    /// <summary>From istiod's name of a rule of a policy: <c>ns[default]-policy[viewers]-rule[0]</c>.</summary>
    public static OriginReference? OfPolicy(string policy) => PolicyName().Match(policy) is { Success: true } match
        ? new OriginReference("security.istio.io", "AuthorizationPolicy", match.Groups["ns"].Value, match.Groups["name"].Value, $"rules[{match.Groups["rule"].Value}]")
        : null;

    public override string ToString() => $"{Kind} {Namespace}/{Name}{(Field.Length > 0 ? " " + Field : "")}";

    private static string Pascal(string kebab) =>
        string.Concat(kebab.Split('-').Select(word => word.Length == 0 ? word : word[..1].ToUpper(CultureInfo.InvariantCulture) + word[1..]));

    [GeneratedRegex(@"^ns\[(?<ns>[^\]]+)\]-policy\[(?<name>[^\]]+)\]-rule\[(?<rule>\d+)\]$", RegexOptions.NonBacktracking)]
    private static partial Regex PolicyName();
}
