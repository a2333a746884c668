using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Bookinfo.ProductPage.Backends;

/// <summary>Counts backend calls by service and final status, for Prometheus.</summary>
internal sealed class RequestResultCounter
{
    private const string Name = "request_result_total";
    private readonly ConcurrentDictionary<(string Service, int Status), long> _counts = new();

    public void Add(string service, int status) => _counts.AddOrUpdate((service, status), 1, static (_, count) => count + 1);

    public string Expose()
    {
        var text = new StringBuilder()
            .Append("# HELP ").Append(Name).Append(" Results of requests\n")
            .Append("# TYPE ").Append(Name).Append(" counter\n");
        foreach (var ((service, status), count) in _counts.OrderBy(pair => pair.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Name}{{destination_app=\"{service}\",response_code=\"{status}\"}} {count}\n");
        }

        return text.ToString();
    }
}
