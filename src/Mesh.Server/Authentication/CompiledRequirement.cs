using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Server.Authentication;

/// <summary>A <see cref="JwtRequirement"/> with all that it speaks of: whose tokens, and where they are found.</summary>
internal sealed class CompiledRequirement
{
    private readonly Dictionary<JwtProvider, TokenProvider> _providers = new(ReferenceEqualityComparer.Instance);

    public CompiledRequirement(JwtRequirement root, Func<JwtProvider, TokenProvider> compile)
    {
        Root = root;
        var ordered = ImmutableArray.CreateBuilder<TokenProvider>();
        Visit(root, node =>
        {
            AllowsFailed |= node.Kind is JwtRequirementKind.AllowMissingOrFailed;
            foreach (var policy in node.Provider is { } own ? [own] : node.Providers)
            {
                if (!_providers.ContainsKey(policy))
                {
                    ordered.Add(_providers[policy] = compile(policy));
                }
            }
        });
        Providers = ordered.ToImmutable();
        Places = FindPlaces(Providers);
    }

    public JwtRequirement Root { get; }

    /// <summary>In the order in which they are spoken of.</summary>
    public ImmutableArray<TokenProvider> Providers { get; }

    public ImmutableArray<TokenPlace> Places { get; }

    /// <summary>Whether bad tokens are no reason to refuse a request.</summary>
    public bool AllowsFailed { get; private set; }

    public TokenProvider this[JwtProvider policy] => _providers[policy];

    private static void Visit(JwtRequirement node, Action<JwtRequirement> action)
    {
        action(node);
        foreach (var part in node.Parts)
        {
            Visit(part, action);
        }
    }

    private static ImmutableArray<TokenPlace> FindPlaces(ImmutableArray<TokenProvider> providers)
    {
        var places = new List<TokenPlace>();
        foreach (var provider in providers)
        {
            foreach (var header in provider.Policy.Headers)
            {
                Add(provider, TokenPlaceKind.Header, header.Name, header.Prefix);
            }

            foreach (var name in provider.Policy.Parameters)
            {
                Add(provider, TokenPlaceKind.Parameter, name, "");
            }

            foreach (var name in provider.Policy.Cookies)
            {
                Add(provider, TokenPlaceKind.Cookie, name, "");
            }
        }

        return [.. places];

        void Add(TokenProvider provider, TokenPlaceKind kind, string name, string prefix)
        {
            var index = places.FindIndex(place => place.IsSame(kind, name, prefix));
            if (index < 0)
            {
                places.Add(new TokenPlace(kind, name, prefix, [provider]));
            }
            else if (!places[index].Providers.Contains(provider))
            {
                places[index] = places[index] with { Providers = places[index].Providers.Add(provider) };
            }
        }
    }
}
