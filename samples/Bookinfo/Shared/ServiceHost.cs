using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bookinfo;

/// <summary>Creates the host of a Bookinfo service: port by argument, settings from beside the program.</summary>
public static class ServiceHost
{
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var arguments = ServiceArguments.Parse(args);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = arguments.Rest,
            ContentRootPath = AppContext.BaseDirectory,
        });

        if (arguments.Url is { } url)
        {
            builder.WebHost.UseUrls(url);
        }

        if (arguments.ExitWithParent)
        {
            builder.Services.AddSingleton<IHostLifetime, ParentLifetime>();
        }

        TelemetryExport.Add(builder);
        return builder;
    }
}
