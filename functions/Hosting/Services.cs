using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Storage;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Replay;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Alerts;
using ControlPlane.Functions.Backtests;
using ControlPlane.Functions.CustomHandler;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Endpoints;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Health;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Management;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;
using ControlPlane.Functions.Signals;
using ControlPlane.Functions.Tick;
using ControlPlane.Functions.Upgrades.Attempts;
using ControlPlane.Infra.LocalProcess;
using ControlPlane.Infra.Sqlite;
using ControlPlane.Infra.Ssh;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Hosting;

/// <summary>Puts the parts together.</summary>
internal static class Services
{
    /// <summary>What both kinds of host need. The stores, the engine and the providers are theirs to add.</summary>
    public static void AddControlPlane(this IServiceCollection services, ControlPlaneOptions options, ProfileSet profiles)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Router);
        services.AddSingleton(profiles);
        services.AddSingleton(TimeProvider.System);
        AddRegistry(services);
        AddRouter(services);
        AddSignals(services, options);
        AddGroups(services);
        services.AddUpgrades(options);
        AddEndpoints(services, options);
    }

    /// <summary>One machine: one SQLite file, the embedded engine, processes on this machine.</summary>
    public static void AddSingleMachine(this IServiceCollection services, SqliteFile file, LocalProcessOptions local)
    {
        services.AddSingleton(file);
        services.AddSingleton<IEntityStore>(provider => new MeteredEntityStore(ActivatorUtilities.CreateInstance<SqliteEntityStore>(provider)));
        services.AddSingleton<IOrchestrationStore, SqliteOrchestrationStore>();
        AddProviders(services, local);
        services.AddSingleton<LocalShutdown>();
        services.AddSingleton<IOtherRouters, NoOtherRouters>();
        services.AddSingleton<IProcessLeases, SoleProcess>();

        services.AddSingleton(new EmbeddedEngineOptions());
        services.AddSingleton<EmbeddedEngine>();
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedEngine>().Client);
        services.AddSingleton<InstanceReader>();
        services.AddSingleton<InstanceStarter>();
        services.AddSingleton<IEndpointGroup, ManagementEndpoints>();
        services.AddHostedService<EngineService>();
        services.AddBackgroundWork<WakeAfterStart>();
        services.AddBackgroundWork<TickService>();
    }

    /// <summary>Azure Functions: Azure Table Storage, orchestrations run by the host, and other processes like this one beside it.</summary>
    public static void AddFunctionsApp(this IServiceCollection services, IEntityStore store, LocalProcessOptions local)
    {
        services.AddSingleton<IEntityStore>(new MeteredEntityStore(store));
        AddProviders(services, local);
        services.AddSingleton<RouterLoad>();
        services.AddBackgroundWork<RouterReports>();
        services.AddSingleton<IOtherRouters>(provider => provider.GetRequiredService<RouterReports>());
        services.AddSingleton<IProcessLeases, StoredLeases>();
        services.AddBackgroundWork<LongWorkCarrier>();
        AddOrchestrationClient(services);
        AddInvocations(services);
    }

    private static void AddProviders(IServiceCollection services, LocalProcessOptions local)
    {
        services.AddSingleton(local);
        services.AddSingleton<IInstanceProvider, LocalProcessProvider>();
        services.AddSingleton<ISshHosts, PoolHosts>();
        services.AddSingleton(provider => ReachBySsh(provider.GetRequiredService<ControlPlaneOptions>(), local.Owner));
        services.AddSingleton<IInstanceProvider, SshProvider>();
    }

    private static SshOptions ReachBySsh(ControlPlaneOptions options, string owner) => new()
    {
        Owner = owner,
        Folder = Path.Combine(Path.GetFullPath(options.DataFolder), "ssh"),
        KnownHostsFile = options.KnownHostsFile,
    };

    private static void AddOrchestrationClient(IServiceCollection services)
    {
        services.AddSingleton<DurableAddresses>();
        services.AddSingleton<ManagementClient>();
        services.AddSingleton<SidecarCall>();
        services.AddSingleton<SidecarClient>();
        services.AddSingleton<IOrchestrationClient, HostOrchestrationClient>();
        services.AddHttpClient(ManagementClient.ClientName, client => client.Timeout = ManagementClient.AnswerTimeout)
            .ConfigurePrimaryHttpMessageHandler(DirectHandler).RemoveAllLoggers();
        services.AddHttpClient(SidecarCall.ClientName, client => client.Timeout = SidecarCall.AnswerTimeout)
            .ConfigurePrimaryHttpMessageHandler(DirectHandler).RemoveAllLoggers();
    }

    private static void AddInvocations(IServiceCollection services)
    {
        services.AddSingleton<OrchestratorExecutor>();
        services.AddSingleton<ActivityRunner>();
        services.AddSingleton<OrchestratorFunction>();
        services.AddSingleton<ActivityFunction>();
        services.AddSingleton<TickFunction>();
        services.AddSingleton<IEndpointGroup, InternalFunctions>();
    }

    private static void AddRegistry(IServiceCollection services)
    {
        services.AddSingleton(RegistryKinds.Backends);
        services.AddSingleton(RegistryKinds.Monitors);
        services.AddSingleton(RegistryKinds.Groups);
        services.AddSingleton<Registry<Backend>>();
        services.AddSingleton<Registry<Monitor>>();
        services.AddSingleton<Registry<Group>>();
        services.AddBackgroundWork<RegistryFeed>();
        services.AddSingleton<BackendBook>();
        services.AddSingleton<MonitorBook>();
        services.AddSingleton<MonitorRules>();
    }

    private static void AddRouter(IServiceCollection services)
    {
        services.AddSingleton<WaitQueue>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<HoldLine>();
        services.AddSingleton<Gatekeeper>();
        services.AddSingleton<HeldRequests>();
        services.AddSingleton<InFlight>();
        services.AddSingleton<OutcomeBook>();
        services.AddSingleton<SideOutcomes>();
        services.AddSingleton<FinishedJobs>();
        services.AddSingleton<DestinationSet>();
        services.AddSingleton<Suspicions>();
        services.AddSingleton<RouterMetrics>();
        services.AddSingleton<FanOutClients>();
        services.AddSingleton<FanOut>();
        services.AddSingleton<RunHandler>();
        services.AddSingleton<Probe>();
        services.AddSingleton<DrainCaller>();
        services.AddSingleton<StateChanges>();
        services.AddBackgroundWork<HealthChecks>();
        services.AddBackgroundWork<LoadSampler>();
        services.AddHttpClient(Probe.ClientName).ConfigurePrimaryHttpMessageHandler(DirectHandler).RemoveAllLoggers();
    }

    private static void AddSignals(IServiceCollection services, ControlPlaneOptions options)
    {
        services.AddSingleton(options.SignalTokens);
        services.AddSingleton<SourceClient>();
        services.AddSingleton<SourceBook>();
        services.AddSingleton<EngineUse>();
        services.AddSingleton<SignalReader>();
        services.AddHttpClient(SourceClient.ClientName).ConfigurePrimaryHttpMessageHandler(DirectHandler).RemoveAllLoggers();
    }

    private static void AddGroups(IServiceCollection services)
    {
        services.AddSingleton(Catalog.Make);
        services.AddSingleton(provider => provider.GetRequiredService<OrchestrationRegistry>().Payload);
        services.AddSingleton<ProviderSet>();
        services.AddSingleton<Watches>();
        services.AddSingleton<InstanceWork>();
        services.AddSingleton<GroupStore>();
        services.AddSingleton<WatchedGroups>();
        services.AddSingleton<RemovedGroups>();
        services.AddSingleton<DecisionLog>();
        services.AddSingleton<LoadReader>();
        services.AddSingleton<Backtester>();
        services.AddSingleton<BacktestRunner>();
        services.AddSingleton<PressureReader>();
        services.AddSingleton<InputReader>();
        AddPools(services);
        services.AddSingleton<BrokenInstances>();
        services.AddSingleton<GroupReader>();
        services.AddSingleton<InstancePlaces>();
        services.AddSingleton<LookMetrics>();
        services.AddSingleton<LastLooks>();
        services.AddSingleton<GroupAlarms>();
        services.AddBackgroundWork<GroupWakes>();
        services.AddSingleton<DecisionWork>();
        services.AddSingleton<EvaluateGroup>();
        services.AddSingleton<IDatabaseLogins, GroupDatabases>();
        services.AddSingleton<StartInstance>();
        services.AddSingleton<RegisterInstance>();
        services.AddSingleton<StopInstance>();
        services.AddSingleton<ApplyAlerts>();
        services.AddSingleton<AlertInbox>();
        services.AddSingleton<Leftovers>();
        services.AddSingleton<Unfinished>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<Rounds>();
        services.AddSingleton<Housekeeping>();
    }

    private static void AddPools(IServiceCollection services)
    {
        services.AddSingleton(RegistryKinds.Pools);
        services.AddSingleton(RegistryKinds.Budgets);
        services.AddSingleton<Registry<Pool>>();
        services.AddSingleton<Registry<Budget>>();
        services.AddSingleton<LeaseStore>();
        services.AddSingleton<PoolBook>();
        services.AddSingleton<BudgetBook>();
        services.AddSingleton<Lending>();
        services.AddSingleton<GroupWake>();
        services.AddSingleton<SlotRecall>();
        services.AddSingleton<IEndpointGroup, PoolEndpoints>();
        services.AddSingleton<IEndpointGroup, BudgetEndpoints>();
        services.AddSingleton<IEndpointGroup, SeedPoolEndpoints>();
    }

    private static void AddEndpoints(IServiceCollection services, ControlPlaneOptions options)
    {
        services.AddSingleton(new AccessGate(options.Keys, options.CallerCheck));
        services.AddSingleton<MeterTotals>();
        services.AddSingleton<RoutingMetricsText>();
        services.AddSingleton<MetricsText>();
        services.AddSingleton<ServingViews>();
        services.AddSingleton<IEndpointGroup, SeedBackendEndpoints>();
        services.AddSingleton<IEndpointGroup, SeedMonitorEndpoints>();
        services.AddSingleton<IEndpointGroup, BackendEndpoints>();
        services.AddSingleton<IEndpointGroup, MonitorEndpoints>();
        services.AddSingleton<IEndpointGroup, PauseEndpoints>();
        services.AddSingleton<IEndpointGroup, GroupEndpoints>();
        services.AddSingleton<IEndpointGroup, ProfileEndpoints>();
        services.AddSingleton<IEndpointGroup, ScaleEndpoints>();
        services.AddSingleton<IEndpointGroup, AlertEndpoints>();
        services.AddSingleton<IEndpointGroup, DecisionEndpoints>();
        services.AddSingleton<IEndpointGroup, BacktestEndpoints>();
        services.AddSingleton<IEndpointGroup, StatusEndpoints>();
        services.AddSingleton<IEndpointGroup, RunEndpoints>();
    }

    /// <summary>Talks to whom it was told and to nobody else: through no proxy, following no redirect, keeping no cookie.</summary>
    private static SocketsHttpHandler DirectHandler() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        ActivityHeadersPropagator = null,
    };
}
