using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization;

/// <summary>Tells methods that a router takes for others than a policy does (S62): ASP.NET's does not care for case, the standard does (RFC 9110 9.1).</summary>
internal static class RequestMethod
{
    private static readonly string[] Standard =
    [
        HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete, HttpMethods.Options, HttpMethods.Trace,
        HttpMethods.Connect, HttpMethods.Patch,
    ];

    /// <summary>Whether it is a standard method in another case.</summary>
    public static bool IsMisspelled(string method)
    {
        foreach (var standard in Standard)
        {
            // Kestrel hands out the same strings for the methods that it knows.
            if (ReferenceEquals(method, standard))
            {
                return false;
            }
        }

        return Array.Exists(Standard, standard => standard != method && standard.Equals(method, StringComparison.OrdinalIgnoreCase));
    }
}
