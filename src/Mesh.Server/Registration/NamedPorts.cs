using System.Collections.Immutable;
using System.Globalization;

namespace Mesh.Server.Registration;

/// <summary>Names listening ports as a service names them: by scheme, numbered from the second on.</summary>
internal static class NamedPorts
{
    /// <summary>For example <c>http</c>, <c>http-2</c>, <c>https</c>. A port that is bound on several addresses is one port.</summary>
    public static ImmutableSortedDictionary<string, int> Of(IEnumerable<ServerBinding> bindings)
    {
        var named = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var scheme in bindings.GroupBy(binding => binding.Scheme, StringComparer.Ordinal))
        {
            var number = 0;
            foreach (var port in scheme.Select(binding => binding.Port).Distinct())
            {
                number++;
                named.Add(number == 1 ? scheme.Key : string.Create(CultureInfo.InvariantCulture, $"{scheme.Key}-{number}"), port);
            }
        }

        return named.ToImmutable();
    }
}
