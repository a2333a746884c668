using System.Globalization;

namespace Bookinfo;

/// <summary>What a Bookinfo service understands on its command line; the rest is ASP.NET Core configuration.</summary>
/// <param name="Port">First argument when it is a number: the port to listen on, 0 for any free one.</param>
/// <param name="ExitWithParent">Stop when standard input ends, which is when the process that holds its other end is gone.</param>
/// <param name="Rest">Everything else, for example <c>--urls</c>.</param>
public sealed record ServiceArguments(int? Port, bool ExitWithParent, string[] Rest)
{
    private const string ExitWithParentFlag = "--exit-with-parent";

    /// <summary>Address for Kestrel; null when <c>--urls</c> or the configuration decides.</summary>
    /// <remarks>Kestrel cannot find one free port for both loopback addresses, so "any" means IPv4 only.</remarks>
    public string? Url => Port switch
    {
        null => null,
        0 => "http://127.0.0.1:0",
        _ => $"http://localhost:{Port}",
    };

    public static ServiceArguments Parse(string[] args)
    {
        var rest = args.Where(arg => arg != ExitWithParentFlag).ToList();
        int? port = null;
        if (rest.Count > 0 && ushort.TryParse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            port = number;
            rest.RemoveAt(0);
        }

        return new ServiceArguments(port, args.Contains(ExitWithParentFlag), [.. rest]);
    }
}
