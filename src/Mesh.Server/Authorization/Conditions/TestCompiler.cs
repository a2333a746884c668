using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Conditions.Headers;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>Makes conditions ready to be tested.</summary>
internal static class TestCompiler
{
    public static RequestTest Compile(RbacCondition condition) => condition switch
    {
        Always => new ConstantTest(),
        AllOf all => All(all.Items),
        AnyOf any => Any(any.Items),
        Not not => new NotTest(Compile(not.Item)),
        PrincipalCondition principal => new PrincipalTest(principal.Id),
        PathCondition path => new PathTest(path.Path),
        PathTemplateCondition template => new PathTemplateTest(template.Template),
        EndpointRouteCondition route => new EndpointRouteTest(route.Template),
        HeaderCondition header => Header(header.Match),
        PortCondition port => new PortTest(port.First, port.Last),
        AddressCondition address => new AddressTest(address),
        ServerNameCondition name => new ServerNameTest(name.Name),
        MetadataCondition metadata => new TokenTest(metadata),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, "Expected a condition that the decoders make."),
    };

    public static RequestTest Any(ImmutableArray<RbacCondition> items) =>
        items.Length == 1 ? Compile(items[0]) : new AnyTest([.. items.Select(Compile)]);

    public static RequestTest All(ImmutableArray<RbacCondition> items) =>
        items.Length == 1 ? Compile(items[0]) : new AllTest([.. items.Select(Compile)]);

    private static RequestTest Header(HeaderMatch match) => match.Name switch
    {
        ":method" or ":scheme" => new TextTest(match),
        ":authority" or "host" => new HostTest(match),
        ":path" => new TargetTest(match),
        _ => new HeaderTest(match),
    };
}
