# The bot alone; its database and its platforms are elsewhere (DATABASE_URL, chatops.yaml). For BuildKit and for the classic builder: docker build -t chatops .
# From images of your own: --build-arg SDK_IMAGE=… --build-arg RUNTIME_IMAGE=…; for another machine: --build-arg RID=linux-arm64.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

# What decides about packages and nothing else: while it stays the same, so does this layer.
FROM ${SDK_IMAGE} AS packages
ARG RID=linux-x64
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt ./
COPY src/ChatOps.Slack/ChatOps.Slack.csproj src/ChatOps.Slack/packages.lock.json src/ChatOps.Slack/
COPY src/ChatOps/ChatOps.csproj src/ChatOps/packages.lock.json src/ChatOps/
RUN dotnet restore src/ChatOps/ChatOps.csproj -r ${RID} -p:PublishReadyToRun=true

FROM packages AS build
ARG RID=linux-x64
COPY manifest/slack-app.yaml manifest/
COPY src/ChatOps.Slack src/ChatOps.Slack
COPY src/ChatOps src/ChatOps
# ReadyToRun: compiled here rather than at every start. The analyzers judge a commit, not an image of it.
RUN dotnet publish src/ChatOps/ChatOps.csproj -c Release -r ${RID} --no-restore --self-contained false -p:PublishReadyToRun=true -p:RunAnalyzers=false -o /app

FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY --from=build /app ./
COPY runbooks runbooks
# Its diagnostics would open a socket; the bot writes nothing but its state folder, so that the root file system may be read-only.
ENV DOTNET_EnableDiagnostics=0
# The user "app" of Microsoft's images, as a number: Kubernetes can then see that it is not root.
USER 1654:1654
EXPOSE 8080
# By the bot itself: there is no curl in the image. It looks where the configuration listens.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["dotnet", "ChatOps.dll", "healthcheck", "--config", "/etc/chatops/chatops.yaml"]
ENTRYPOINT ["dotnet", "ChatOps.dll"]
CMD ["run", "--config", "/etc/chatops/chatops.yaml"]
