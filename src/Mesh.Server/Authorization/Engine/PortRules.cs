using System.Collections.Immutable;
using Mesh.Client.Model.Authorization;

namespace Mesh.Server.Authorization.Engine;

/// <summary>The authorization of one port, ready for requests; immutable.</summary>
internal sealed class PortRules
{
    private readonly FilterRules[] _filters;

    public PortRules(InboundAuthorization source)
    {
        Source = source;
        _filters = [.. source.Filters.Select(filter => new FilterRules(filter))];
        External = [.. _filters.Where(filter => filter.Filter is ExternalAuthorization)];
        Own = [.. _filters.Where(filter => filter.Filter is RbacFilter)];
        HasShadows = _filters.Any(filter => filter.Shadow is not null);
    }

    public InboundAuthorization Source { get; }

    /// <summary>Those that ask a service; they come first (S60).</summary>
    public ImmutableArray<FilterRules> External { get; }

    /// <summary>Those that decide by themselves, in their order.</summary>
    public ImmutableArray<FilterRules> Own { get; }

    public bool HasShadows { get; }
}
