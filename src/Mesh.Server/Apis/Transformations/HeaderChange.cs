using Mesh.Client.Model.Apis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Apis.Transformations;

/// <summary>Changes headers: renames first, then removals, then what is set, then what is added.</summary>
internal static class HeaderChange
{
    public static void Apply(FieldChange change, IHeaderDictionary headers)
    {
        foreach (var (name, other) in change.Rename)
        {
            if (headers.TryGetValue(name, out var values))
            {
                headers.Remove(name);
                headers[other] = values;
            }
        }

        foreach (var name in change.Remove)
        {
            headers.Remove(name);
        }

        foreach (var (name, value) in change.Set)
        {
            headers[name] = value;
        }

        foreach (var (name, value) in change.Add)
        {
            headers[name] = StringValues.Concat(headers[name], value);
        }
    }
}
