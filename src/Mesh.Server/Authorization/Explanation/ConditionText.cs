using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;

namespace Mesh.Server.Authorization.Explanation;

/// <summary>Writes conditions for people.</summary>
internal static class ConditionText
{
    public static string Of(RbacCondition condition) => condition switch
    {
        Always => "anything",
        AllOf all => "all of (" + string.Join(", ", all.Items.Select(Of)) + ")",
        AnyOf { Items: [var only] } => Of(only),
        AnyOf any => "one of (" + string.Join(", ", any.Items.Select(Of)) + ")",
        Not not => "not " + Of(not.Item),
        PrincipalCondition { Id: null } => "principal (any)",
        PrincipalCondition principal => "principal " + Of(principal.Id!),
        PathCondition path => "path " + Of(path.Path),
        PathTemplateCondition template => $"path like {template.Template.Text}",
        EndpointRouteCondition route => "endpoint route " + Of(route.Template),
        HeaderCondition header => Of(header.Match),
        PortCondition port => port.First == port.Last ? $"port {port.First}" : $"port {port.First} to {port.Last}",
        AddressCondition address => $"{address.Role} address in {address.Range}",
        ServerNameCondition name => "server name " + Of(name.Name),
        MetadataCondition metadata => $"{(metadata.Invert ? "not " : "")}{string.Join('.', metadata.Path)} {Of(metadata.Value)}",
        _ => condition.ToString(),
    };

    private static string Of(HeaderMatch match)
    {
        var name = match.Name switch
        {
            ":method" => "method",
            ":authority" => "host",
            _ => "header " + match.Name,
        };
        var value = match.Kind switch
        {
            HeaderMatchKind.Present => match.Present ? "present" : "absent",
            HeaderMatchKind.Range => $"from {match.RangeStart} to below {match.RangeEnd}",
            _ => Of(match.Value!),
        };
        return $"{(match.Invert ? "not " : "")}{name} {value}";
    }

    private static string Of(ValueMatch match) => match.Kind switch
    {
        ValueMatchKind.Text => Of(match.Text!),
        ValueMatchKind.Number => $"from {match.First} to {match.End}",
        ValueMatchKind.Boolean => match.Expected ? "true" : "false",
        ValueMatchKind.Present => match.Expected ? "present" : "absent",
        ValueMatchKind.Item => "with an item " + Of(match.Matchers[0]),
        _ => "one of (" + string.Join(", ", match.Matchers.Select(Of)) + ")",
    };

    private static string Of(StringMatch match) => match.Kind switch
    {
        StringMatchKind.Exact => $"'{match.Value}'",
        StringMatchKind.Prefix => $"'{match.Value}*'",
        StringMatchKind.Suffix => $"'*{match.Value}'",
        StringMatchKind.Contains => $"'*{match.Value}*'",
        _ => $"matching '{match.Value}'",
    };
}
